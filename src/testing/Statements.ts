/**
 * Counts the statements that an effect sends, so that a test says how many there should be.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Listener, Listeners } from "../session/profiling.ts"
import { lined } from "../session/lined.ts"

/**
 * What a statement does. A statement over several rows counts with those over one, and `other` is any that isn't among these.
 *
 * @category models
 * @since 0.1.0
 */
export const Kind = Schema.Literals(["select", "insert", "update", "delete", "merge", "transaction", "other"])

/**
 * What a statement does.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = typeof Kind.Type

/**
 * A statement that was sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Statement {
  readonly kind: Kind
  readonly text: string
}

/**
 * Statements of one text, which were sent so many times.
 *
 * @category models
 * @since 0.1.0
 */
export const Shape = Schema.Struct({ kind: Kind, text: Schema.String, count: Schema.Int })

/**
 * Statements of one text, which were sent so many times.
 *
 * @category models
 * @since 0.1.0
 */
export type Shape = typeof Shape.Type

/**
 * An effect has sent other statements than it should; `sent` has all of them.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { expectStatements, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({ id: Column.serial(Schema.Int) }, { table: "parcels" }) {}
 *
 * // a test that is not caught prints the statements, too
 * const test = Query.from(Parcel).all.pipe(
 *   expectStatements(1),
 *   Effect.catchTag("UnexpectedStatements", ({ sent }) => Effect.log(sent.map(({ text }) => text))),
 *   Effect.provide(TestDatabase.layer([Parcel]))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class UnexpectedStatements extends Schema.TaggedError<UnexpectedStatements>()("UnexpectedStatements", {
  expected: Schema.String,
  found: Schema.String,
  sent: Schema.Array(Shape)
}) {
  override get message(): string {
    return `Expected ${this.expected}, found ${this.found}:\n${listed(this.sent)}`
  }
}

/**
 * An effect has sent statements of the same text again and again, where one would do for all rows.
 *
 * @category errors
 * @since 0.1.0
 */
export class RepeatedStatements extends Schema.TaggedError<RepeatedStatements>()("RepeatedStatements", {
  most: Schema.Int,
  repeated: Schema.Array(Shape)
}) {
  override get message(): string {
    const kinds = [...new Set(this.repeated.map(({ kind }) => kind))]
    return `Expected no statement more than ${times(this.most)}:\n${listed(this.repeated)}\n` +
      kinds.map(insteadOf).join("\n")
  }
}

/**
 * Runs an effect, and gives what it has answered with the statements that it has sent, each by itself, in the order in which they ended.
 * Those that begin and end transactions are among them, as `transaction`.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Statements, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({ id: Column.serial(Schema.Int) }, { table: "parcels" }) {}
 *
 * const test = Effect.gen(function*() {
 *   // one by one
 *   const [parcels, statements] = yield* Statements.sent(Query.from(Parcel).all)
 *   for (const { kind, text } of statements) yield* Effect.log(kind, text)
 *
 *   // and how often each
 *   const [, shapes] = yield* Statements.counted(Effect.all([Query.from(Parcel).count, Query.from(Parcel).count]))
 *   return [parcels, shapes.map(({ count, text }) => `${count} times ${text}`)]
 * }).pipe(Effect.provide(TestDatabase.layer([Parcel])))
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const sent = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<readonly [answer: A, sent: ReadonlyArray<Statement>], E, R> =>
  Effect.flatMap(Listeners, (listeners) => {
    const all: Array<Statement> = []
    const ended: Listener["ended"] = ({ observed: { operation, text } }) => {
      const sql = text()
      all.push({ kind: kindOf(operation, sql), text: sql ?? operation })
    }
    return effect.pipe(
      Effect.provideService(Listeners, [...listeners, { ended, waited: () => undefined }]),
      Effect.map((answer) => [answer, all] as const)
    )
  })

/**
 * The same with how often each text was sent, in the order in which each was ended first.
 *
 * @category operations
 * @since 0.1.0
 */
export const counted = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<readonly [answer: A, sent: ReadonlyArray<Shape>], E, R> =>
  Effect.map(sent(effect), ([answer, all]) => {
    const shapes = new Map<string, Shape>()
    for (const { kind, text } of all) {
      shapes.set(text, { kind, text, count: (shapes.get(text)?.count ?? 0) + 1 })
    }
    return [answer, [...shapes.values()]]
  })

/**
 * Fails with `UnexpectedStatements` where an effect sends another number of statements, whatever they are but for those that begin and
 * end transactions; or of some kinds, of which the kinds that are not named are none, and transactions only count where they are named.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { expectStatements, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * const test = Query.from(Book).all.pipe(
 *   expectStatements({ select: 1 }),
 *   Effect.provide(TestDatabase.layer([Book]))
 * )
 * ```
 *
 * @category assertions
 * @since 0.1.0
 */
export const expectStatements =
  (expected: number | { readonly [K in Kind]?: number }) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | UnexpectedStatements, R> =>
    Effect.flatMap(counted(effect), ([answer, shapes]) => {
      const wanted: { readonly [K in Kind]?: number } = typeof expected === "number" ? {} : expected
      const told = shapes.filter(({ kind }) => kind !== "transaction" || wanted.transaction !== undefined)
      const isExpected = typeof expected === "number"
        ? sum(told) === expected
        : Kind.literals.every((kind) => sumOf(told, kind) === (expected[kind] ?? 0))
      if (isExpected) return Effect.succeed(answer)
      return Effect.fail(
        new UnexpectedStatements({
          expected: typeof expected === "number" ? statements(expected) : byKind((kind) => expected[kind] ?? 0),
          found: typeof expected === "number" ? String(sum(told)) : byKind((kind) => sumOf(told, kind)),
          sent: told
        })
      )
    })

/**
 * Fails with `RepeatedStatements` where an effect sends a statement of the same text more than once, or than `most` times: one for each
 * row, as a rule, where one would do for all.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { expectNoNPlusOne, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * const test = Effect.gen(function*() {
 *   const books = yield* Repository.make(Book)
 *   yield* books.findMany(["1", "2", "3"]).pipe(
 *     expectNoNPlusOne(),
 *     // as an uncaught failure would say itself
 *     Effect.catchTag("RepeatedStatements", ({ repeated }) => Effect.log(repeated))
 *   )
 * }).pipe(Effect.provide(TestDatabase.layer([Book])))
 * ```
 *
 * @category assertions
 * @since 0.1.0
 */
export const expectNoNPlusOne =
  ({ most = 1 }: { readonly most?: number } = {}) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | RepeatedStatements, R> =>
    Effect.flatMap(counted(effect), ([answer, shapes]) => {
      const repeated = shapes.filter(({ count, kind }) => count > most && kind !== "transaction")
      return repeated.length === 0 ? Effect.succeed(answer) : Effect.fail(new RepeatedStatements({ most, repeated }))
    })

const kindOf = (operation: string, text: string | undefined): Kind => {
  const word = operation.replace(/^BATCH /, "")
  if (text === undefined) return "transaction"
  if (word === "SELECT" || word === "WITH") return "select"
  const [kind = "other"] = Kind.literals.filter((literal) => literal === word.toLowerCase())
  return kind
}

/** What to do in the place of one statement for each row. */
const insteadOf = (kind: Kind): string => {
  switch (kind) {
    case "select":
      return "Read all rows at once: with `include` for related rows, `findMany` for many keys, or a `loader`, which gathers them."
    case "insert":
      return "Insert all rows at once, with `insertMany`."
    case "update":
      return "Change all rows at once, with `patchMany` or an update by a condition."
    case "delete":
      return "Delete all rows at once, with `deleteMany` or a delete by a condition."
    case "merge":
    case "transaction":
    case "other":
      return "Do it with one statement for all rows."
  }
}

const listed = (shapes: ReadonlyArray<Shape>): string =>
  shapes.length === 0
    ? "  none was sent"
    : lined(
      ["times", "statement"],
      shapes.map(({ count, text }) => [String(count), text.replaceAll(/\s+/g, " ")]),
      ["times"]
    )

const byKind = (numberOf: (kind: Kind) => number): string => {
  const named = Kind.literals.flatMap((kind) => numberOf(kind) === 0 ? [] : [`${numberOf(kind)} ${kind}`])
  return named.length === 0 ? "no statements" : named.join(", ")
}

const sum = (shapes: ReadonlyArray<Shape>): number => shapes.reduce((all, { count }) => all + count, 0)

const sumOf = (shapes: ReadonlyArray<Shape>, kind: Kind): number => sum(shapes.filter((shape) => shape.kind === kind))

const statements = (count: number): string => `${count} ${count === 1 ? "statement" : "statements"}`

const times = (count: number): string => count === 1 ? "once" : `${count} times`
