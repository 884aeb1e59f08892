/**
 * What happens before a handler: who asks, and whether the request is one.
 */
import { Effect, Layer, Option, Redacted, Schema, SchemaIssue } from "effect"
import { HttpApiError, HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { CurrentCustomer, CustomerId } from "../models/customer.ts"
import { Customers } from "../repositories/customers.ts"
import { answered, Refused, Unavailable, Unprocessable } from "./problems.ts"

export class Unauthorized extends HttpApiError.Problem<Unauthorized>()("Unauthorized", {
  type: "about:blank",
  status: 401,
  title: "Unauthorized"
}) {}

/** Tells the customer by a token. An endpoint without it can't call the desk, which asks for `CurrentCustomer`. */
export class SignedIn extends HttpApiMiddleware.Service<SignedIn, { provides: CurrentCustomer }>()("flights/SignedIn", {
  security: { customer: HttpApiSecurity.bearer },
  error: [Unauthorized, Refused, Unavailable, HttpApiError.InternalServerErrorProblem]
}) {
  /** In this demonstration the token is the customer's id: everybody may act for everybody. */
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function*() {
      const customers = yield* Customers
      const unknown = new Unauthorized({ detail: "Say who you are: choose a customer." })
      return {
        customer: Effect.fnUntraced(function*(request, { credential }) {
          const id = Schema.decodeOption(CustomerId)(Redacted.value(credential))
          if (Option.isNone(id)) return yield* unknown
          const found = yield* customers.findById(id.value).pipe(answered)
          if (Option.isNone(found)) return yield* unknown
          return yield* Effect.provideService(request, CurrentCustomer, found.value.id)
        })
      }
    })
  )
}

/** Tells what is wrong with a request: 422 for a body that its schema refuses, and else 400. */
export class Checked extends HttpApiMiddleware.Service<Checked>()("flights/Checked", {
  error: [HttpApiError.BadRequestProblem, Unprocessable, HttpApiError.InternalServerErrorProblem]
}) {
  static readonly layer = HttpApiMiddleware.layerSchemaErrorTransform(this, ({ cause, kind }) => {
    const issues = issuesOf(cause.issue)
    const detail = `This can't be understood: ${
      issues.map(({ message, path }) => [...(path.length > 0 ? [path.join(".")] : []), message].join(": ")).join("; ")
    }.`
    switch (kind) {
      case "Payload":
        return Effect.fail(new Unprocessable({ detail, issues }))
      case "Params":
      case "Query":
      case "Headers":
        return Effect.fail(new HttpApiError.BadRequestProblem({ detail, errors: issues }))
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
