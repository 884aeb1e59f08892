/**
 * The API as a value: what each endpoint takes and gives, of the JSON variants of the models. A server and a client are made of it.
 */
import { Effect, Schema, Struct } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiError, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { Author, Book } from "./model.ts"
import { Clash, Missing, Unavailable, Unprocessable } from "./problems.ts"
import { Checked, SignedIn } from "./requests.ts"

// What any statement can meet; a write meets more.
const read = [Clash, Unavailable, HttpApiError.InternalServerErrorProblem] as const
const write = [...read, Unprocessable] as const

/** An author with her books, which have no author yet. The e-mail address comes in, though no JSON variant lets it out. */
const NewAuthor = Schema.Struct({
  ...Author.jsonCreate.fields,
  email: Author.insert.fields.email,
  books: Schema.Array(Book.jsonCreate.mapFields(Struct.omit(["authorId"])))
})

/** Any fields of a book, and the version that was read, which is no choice. */
const BookChange = Schema.Struct({
  ...Book.jsonUpdate.mapFields(Struct.map(Schema.optionalKey)).fields,
  version: Book.jsonUpdate.fields.version
})

const BookPage = Schema.Struct({ books: Schema.Array(Book.json), next: Schema.NullOr(Schema.String) })

const size = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))

const authors = HttpApiGroup.make("authors").add(
  HttpApiEndpoint.post("create", "/", {
    payload: NewAuthor,
    success: Schema.Struct({ author: Author.json, books: Schema.Array(Book.json) }).pipe(HttpApiSchema.status(201)),
    error: write
  }).middleware(SignedIn),
  HttpApiEndpoint.get("get", "/:id", {
    params: { id: Author.fields.id },
    success: Author.json,
    error: [...read, Missing]
  }),
  HttpApiEndpoint.delete("delete", "/:id", {
    params: { id: Author.fields.id },
    success: HttpApiSchema.NoContent,
    error: [...write, Missing]
  }).middleware(SignedIn)
).prefix("/authors")

const books = HttpApiGroup.make("books").add(
  HttpApiEndpoint.get("list", "/", {
    query: {
      author: Schema.optionalKey(Author.fields.id),
      title: Schema.optionalKey(Schema.String),
      after: Schema.optionalKey(Schema.String),
      size: size.pipe(Schema.withDecodingDefaultKey(Effect.succeed(20)))
    },
    success: BookPage,
    error: [...read, HttpApiError.BadRequestProblem]
  }),
  HttpApiEndpoint.get("get", "/:id", {
    params: { id: Book.fields.id },
    success: Book.json,
    error: [...read, Missing]
  }),
  HttpApiEndpoint.post("create", "/", {
    payload: Book.jsonCreate,
    success: Book.json.pipe(HttpApiSchema.status(201)),
    error: write
  }).middleware(SignedIn),
  HttpApiEndpoint.patch("change", "/:id", {
    params: { id: Book.fields.id },
    payload: BookChange,
    success: Book.json,
    error: [...write, Missing]
  }).middleware(SignedIn),
  HttpApiEndpoint.delete("delete", "/:id", {
    params: { id: Book.fields.id },
    success: HttpApiSchema.NoContent,
    error: [...write, Missing]
  }).middleware(SignedIn),
  HttpApiEndpoint.post("restore", "/:id/restore", {
    params: { id: Book.fields.id },
    success: Book.json,
    error: [...write, Missing]
  }).middleware(SignedIn)
).prefix("/books")

export const Library = HttpApi.make("library").add(authors).add(books).middleware(Checked)
  .annotate(HttpApi.ParseOptions, { errors: "all" })
