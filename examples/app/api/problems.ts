/**
 * Every failure as an HTTP answer: RFC 9457 problems, whose `detail` is a sentence that can be shown to whoever asked.
 */
import type { OrmError } from "andamios-orm"
import { Effect, Schema } from "effect"
import { HttpApiError } from "effect/http-api"
import type * as Refusals from "../services/refusals.ts"

const { BadRequestProblem, InternalServerErrorProblem } = HttpApiError

export class Missing extends HttpApiError.Problem<Missing>()("Missing", {
  type: "about:blank",
  status: 404,
  title: "Not Found"
}) {}

/** What the desk refuses, by the name of the refusal; and what somebody else has changed meanwhile. */
export class Refused extends HttpApiError.Problem<Refused>()("Refused", {
  type: "about:blank",
  status: 409,
  title: "Conflict"
}, {
  refusal: Schema.Literals([
    "SoldOut",
    "AlreadyBooked",
    "SeatTaken",
    "NoSuchSeat",
    "FlightCancelled",
    "FlightDeparted",
    "StaleRow",
    "Conflict"
  ])
}) {}

export class Unprocessable extends HttpApiError.Problem<Unprocessable>()("Unprocessable", {
  type: "about:blank",
  status: 422,
  title: "Unprocessable Content"
}, { issues: Schema.Array(HttpApiError.ProblemIssue) }) {}

export class Unavailable extends HttpApiError.Problem<Unavailable>()("Unavailable", {
  type: "about:blank",
  status: 503,
  title: "Service Unavailable"
}) {}

type Refusal = InstanceType<(typeof Refusals)[keyof typeof Refusals]>

/** Whatever the desk and the repositories fail with. */
type Failure =
  | Refusal
  | OrmError.UpdateError
  | OrmError.DeleteError
  | OrmError.TransactionError
  | OrmError.NotFound
  | OrmError.StaleRow
  | OrmError.InvalidCursor

const refused = ({ _tag, message }: Refusal) => new Refused({ refusal: _tag, detail: message })
const unexpected = () =>
  new InternalServerErrorProblem({ detail: "Something went wrong on our side. Nothing was changed." })
const unavailable = () => new Unavailable({ detail: "The service is busy. Try again in a moment." })

/** The answer to each failure. As long as one has none, this does not compile. */
const answers = {
  SoldOut: refused,
  AlreadyBooked: refused,
  SeatTaken: refused,
  NoSuchSeat: refused,
  FlightCancelled: refused,
  FlightDeparted: refused,

  NotFound: ({ model }: OrmError.NotFound) => new Missing({ detail: `There is no such ${model.toLowerCase()}.` }),
  InvalidCursor: () => new BadRequestProblem({ detail: "The list has changed. Search again." }),
  StaleRow: () =>
    new Refused({
      refusal: "StaleRow",
      detail: "It was changed since you looked at it. Look again, and try once more."
    }),
  Conflict: () =>
    new Refused({ refusal: "Conflict", detail: "Many people want the same flight right now. Try again in a moment." }),

  Invalid: ({ issues }: OrmError.Invalid) =>
    new Unprocessable({
      detail: "Something in what you sent can't be right.",
      issues: issues.map(({ message, path }) => ({ path, message }))
    }),

  PoolTimeout: unavailable,
  TimedOut: unavailable,
  ConnectionFailed: unavailable,
  CommitOutcomeUnknown: () =>
    new InternalServerErrorProblem({
      detail: "Nobody knows whether it was done. Look at your bookings before you try again."
    }),

  // Nothing that a customer can do breaks these rules of the tables, so one that is broken is a mistake of ours.
  CheckViolation: unexpected,
  ForeignKeyViolation: unexpected,
  StillReferenced: unexpected,
  UniqueViolation: unexpected,

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

/** Turns failures into answers. What the customer can't do anything about is for the log, with all that a customer must not see. */
export const answered = <A, F extends Failure, R>(work: Effect.Effect<A, F, R>): Effect.Effect<A, ProblemOf<F>, R> =>
  work.pipe(
    Effect.tapError((failure) => problemOf(failure).status < 500 ? Effect.void : Effect.logError(failure)),
    Effect.mapError(problemOf)
  )
