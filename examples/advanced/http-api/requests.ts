/**
 * What happens before a handler: who asks, and whether the request is one.
 */
import { Effect, Layer, Redacted, SchemaIssue } from "effect"
import { HttpApiError, HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { CurrentUser, UserId } from "./model.ts"
import { Unprocessable } from "./problems.ts"

export class Unauthorized extends HttpApiError.Problem<Unauthorized>()("Unauthorized", {
  type: "about:blank",
  status: 401,
  title: "Unauthorized"
}) {}

/** Tells the user by a token. An endpoint without it can't call a handler that writes: the model asks for `CurrentUser`. */
export class SignedIn extends HttpApiMiddleware.Service<SignedIn, { provides: CurrentUser }>()("library/SignedIn", {
  security: { token: HttpApiSecurity.bearer },
  error: Unauthorized
}) {
  /** Of two librarians, as long as there is nothing better to ask. */
  static readonly layer = Layer.succeed(this, {
    token: (request, { credential }) => {
      const user = Redacted.value(credential)
      if (user !== "ada" && user !== "bob") {
        return Effect.fail(new Unauthorized({ detail: "Send a librarian's token." }))
      }
      return Effect.provideService(request, CurrentUser, UserId.make(user))
    }
  })
}

/** Tells what is wrong with a request: 422 for a body that its schema refuses, as for what a repository refuses, and else 400. */
export class Checked extends HttpApiMiddleware.Service<Checked>()("library/Checked", {
  error: [HttpApiError.BadRequestProblem, Unprocessable, HttpApiError.InternalServerErrorProblem]
}) {
  static readonly layer = HttpApiMiddleware.layerSchemaErrorTransform(this, ({ cause, kind }) => {
    const issues = issuesOf(cause.issue)
    switch (kind) {
      case "Payload":
        return Effect.fail(new Unprocessable({ failure: "Invalid", issues }))
      case "Params":
      case "Query":
      case "Headers":
        return Effect.fail(new HttpApiError.BadRequestProblem({ errors: issues }))
      case "Body":
      case "ResponseHeaders":
        return Effect.andThen(Effect.logError(cause), Effect.fail(new HttpApiError.InternalServerErrorProblem()))
    }
  })
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const issuesOf = (issue: SchemaIssue.Issue) =>
  format(issue).issues.map(({ message, path = [] }) => ({ path: path.map(segmentOf), message }))

const segmentOf = (segment: PropertyKey | { readonly key: PropertyKey }): string | number => {
  const key = typeof segment === "object" ? segment.key : segment
  return typeof key === "number" ? key : String(key)
}
