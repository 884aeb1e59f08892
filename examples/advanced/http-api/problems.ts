/**
 * Every failure of a repository as an HTTP answer: RFC 9457 problems, by status.
 */
import type { OrmError } from "andamios-orm"
import { Effect, Schema } from "effect"
import { HttpApiError } from "effect/http-api"

export class Missing extends HttpApiError.Problem<Missing>()("Missing", {
  type: "about:blank",
  status: 404,
  title: "Not Found"
}) {}

export class Clash extends HttpApiError.Problem<Clash>()("Clash", {
  type: "about:blank",
  status: 409,
  title: "Conflict"
}, {
  failure: Schema.Literals(["UniqueViolation", "StaleRow", "StillReferenced", "Conflict"]),
  /** The fields whose values are taken. */
  key: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The version that the row is at. */
  stored: Schema.optionalKey(Schema.Int)
}) {}

export class Unprocessable extends HttpApiError.Problem<Unprocessable>()("Unprocessable", {
  type: "about:blank",
  status: 422,
  title: "Unprocessable Content"
}, {
  failure: Schema.Literals(["Invalid", "ForeignKeyViolation", "CheckViolation"]),
  issues: Schema.Array(HttpApiError.ProblemIssue)
}) {}

export class Unavailable extends HttpApiError.Problem<Unavailable>()("Unavailable", {
  type: "about:blank",
  status: 503,
  title: "Service Unavailable"
}) {}

const { BadRequestProblem, InternalServerErrorProblem } = HttpApiError

// What a client hears is made here, of fields that are safe to tell. The messages of failures are for logs: they quote SQL.
const unexpected = () => new InternalServerErrorProblem()
const unavailable = () => new Unavailable({ detail: "The database is busy or away; try again soon." })

/** Whatever repositories and transactions fail with. */
type Failure =
  | OrmError.UpdateError
  | OrmError.DeleteError
  | OrmError.TransactionError
  | OrmError.NotFound
  | OrmError.StaleRow
  | OrmError.InvalidCursor

/** The answer to each failure. As long as one has none, this does not compile. */
const answers = {
  NotFound: ({ criteria, model }: OrmError.NotFound) =>
    new Missing({ detail: `There is no ${model} with ${criteria}` }),
  InvalidCursor: () => new BadRequestProblem({ detail: "The cursor is none of this list: begin without one." }),

  UniqueViolation: ({ columns }: OrmError.UniqueViolation) =>
    new Clash({ failure: "UniqueViolation", detail: `${columns.join(", ")} is taken`, key: columns }),
  StaleRow: ({ expected, stored }: OrmError.StaleRow) =>
    new Clash({ failure: "StaleRow", detail: `changed since version ${expected}: read it again`, stored }),
  StillReferenced: () => new Clash({ failure: "StillReferenced", detail: "others refer to it: delete those first" }),
  Conflict: () => new Clash({ failure: "Conflict", detail: "somebody else changed the same: try again" }),

  Invalid: ({ issues }: OrmError.Invalid) =>
    new Unprocessable({ failure: "Invalid", issues: issues.map(({ message, path }) => ({ path, message })) }),
  ForeignKeyViolation: ({ columns }: OrmError.ForeignKeyViolation) =>
    new Unprocessable({ failure: "ForeignKeyViolation", issues: [{ path: columns, message: "refers to nothing" }] }),
  CheckViolation: ({ columns, constraint }: OrmError.CheckViolation) =>
    new Unprocessable({
      failure: "CheckViolation",
      issues: [{ path: columns, message: `breaks ${constraint ?? "a rule of the table"}` }]
    }),

  PoolTimeout: unavailable,
  TimedOut: unavailable,
  ConnectionFailed: unavailable,

  CommitOutcomeUnknown: () =>
    new InternalServerErrorProblem({ detail: "Nobody knows whether it was done: look, before you try again." }),
  QueryFailed: unexpected,
  ReadOnly: unexpected,
  SavepointLost: unexpected,
  TransactionAborted: unexpected,
  Undecodable: unexpected,
  Unsupported: unexpected
} satisfies { readonly [F in Failure as F["_tag"]]: (failure: F) => unknown }

/** What a failure becomes, so that an endpoint declares the statuses that its handler can give, and no more. */
type ProblemOf<F extends Failure> = ReturnType<(typeof answers)[F["_tag"]]>

const problemOf = <F extends Failure>(failure: F): ProblemOf<F> => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each answer is found by the tag of the failure that it takes
  const answer = answers[failure._tag] as unknown as (failure: F) => ProblemOf<F>
  return answer(failure)
}

/** Turns failures into answers. What the client can't do anything about is for the log, with all that a client must not see. */
export const answered = <A, F extends Failure, R>(work: Effect.Effect<A, F, R>): Effect.Effect<A, ProblemOf<F>, R> =>
  work.pipe(
    Effect.tapError((failure) => problemOf(failure).status < 500 ? Effect.void : Effect.logError(failure)),
    Effect.mapError(problemOf)
  )
