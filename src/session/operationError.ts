/**
 * What each kind of operation can fail with.
 *
 * @since 0.1.0
 */
import type {
  CheckViolation,
  CommitOutcomeUnknown,
  Conflict,
  ConnectionFailed,
  ForeignKeyViolation,
  Invalid,
  PoolTimeout,
  QueryFailed,
  ReadOnly,
  SavepointLost,
  StillReferenced,
  StreamBroken,
  TimedOut,
  TransactionAborted,
  Undecodable,
  UniqueViolation,
  Unsupported
} from "./OrmError.ts"

/**
 * What any statement can fail with.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   state: Schema.String
 * }, { table: "parcels" }) {}
 *
 * // what passes by itself is told apart from mistakes, which nobody recovers from
 * const parcels = Query.from(Parcel).all.pipe(
 *   Effect.catchTag(["ConnectionFailed", "PoolTimeout", "TimedOut", "Conflict"], () => Effect.fail("try again later")),
 *   Effect.catchTag(["QueryFailed", "Unsupported"], (mistake) => Effect.die(mistake))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export type StatementError =
  | ConnectionFailed
  | PoolTimeout
  | QueryFailed
  | TransactionAborted
  | SavepointLost
  | Conflict
  | TimedOut
  | Unsupported

/**
 * What a read can fail with.
 *
 * @example
 * ```ts
 * import { Column, Decode, Model, Query } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   grams: Schema.Int.check(Schema.isGreaterThan(0))
 * }, { table: "parcels" }) {}
 *
 * const parcels = Query.from(Parcel).all.pipe(
 *   Decode.strict,
 *   Effect.tapErrorTag("Undecodable", ({ column, reason, row }) => Effect.logError(`${column} of ${row}: ${reason}`))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export type ReadError = StatementError | Undecodable

/**
 * What a stream of rows can fail with.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Effect, Schema, Stream } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   state: Schema.String
 * }, { table: "parcels" }) {}
 *
 * // what was read is not all that there is, so it is not used
 * const counted = Query.from(Parcel).stream.pipe(
 *   Stream.runCount,
 *   Effect.catchTag("StreamBroken", ({ reason }) => Effect.fail(`not all parcels were counted: ${reason}`))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export type StreamError = ReadError | StreamBroken

/**
 * What a row that breaks a declared constraint fails with.
 *
 * @category models
 * @since 0.1.0
 */
export type ConstraintViolation = UniqueViolation | ForeignKeyViolation | CheckViolation

/**
 * What a statement that writes can fail with, whatever it does.
 *
 * @category errors
 * @since 0.1.0
 */
export type WriteError =
  | StatementError
  | ReadOnly
  | ConstraintViolation
  | StillReferenced
  | CommitOutcomeUnknown

/**
 * What an insert can fail with.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Customer extends Model.Class<Customer>("Customer")({
 *   id: Column.serial(Schema.Int),
 *   name: Schema.NonEmptyString
 * }, { table: "customers" }) {}
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   number: Column.primaryKey(Schema.String),
 *   customerId: Column.references(Schema.Int, () => Customer, "id")
 * }, { table: "parcels" }) {}
 *
 * const accept = Effect.fn("accept")(function*(input: typeof Parcel.insert.Type) {
 *   const parcels = yield* Repository.make(Parcel)
 *   return yield* parcels.insert(input).pipe(
 *     // told before anything is sent: what is wrong, and in which field
 *     Effect.catchTag("Invalid", ({ issues }) =>
 *       Effect.fail(issues.map(({ message, path }) => `${path.join(".")}: ${message}`))),
 *     // told by the database
 *     Effect.catchTag("UniqueViolation", () => Effect.fail([`there is a parcel ${input.number} already`])),
 *     Effect.catchTag("ForeignKeyViolation", () => Effect.fail([`there is no customer ${input.customerId}`])),
 *     Effect.catchTag("CheckViolation", ({ constraint }) => Effect.fail([`the parcel breaks ${constraint}`]))
 *   )
 * })
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export type InsertError = ReadError | Invalid | ReadOnly | ConstraintViolation | CommitOutcomeUnknown

/**
 * What an upsert or a patch can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type UpdateError = InsertError | StillReferenced

/**
 * What a delete can fail with.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Customer extends Model.Class<Customer>("Customer")({
 *   id: Column.serial(Schema.Int),
 *   name: Schema.String
 * }, { table: "customers" }) {}
 *
 * const forget = Effect.fn("forget")(function*(id: number) {
 *   const customers = yield* Repository.make(Customer)
 *   return yield* customers.delete(id).pipe(
 *     Effect.catchTag("StillReferenced", () => Effect.fail("they have parcels: these go first")),
 *     Effect.catchTag("ReadOnly", () => Effect.fail("nothing can be changed at the moment"))
 *   )
 * })
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export type DeleteError = StatementError | ReadOnly | StillReferenced | CommitOutcomeUnknown

/**
 * What beginning and committing a transaction can fail with, beside what runs inside: constraints may be deferred until then.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository, Session } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Payment extends Model.Class<Payment>("Payment")({
 *   id: Column.primaryKey(Schema.String),
 *   cents: Schema.Int
 * }, { table: "payments" }) {}
 *
 * const pay = Effect.fn("pay")(function*(payment: typeof Payment.insert.Type) {
 *   const payments = yield* Repository.make(Payment)
 *   return yield* Session.transaction(payments.insert(payment)).pipe(
 *     // nothing is stored, and another run may go through
 *     Effect.retry({ times: 3, while: ({ _tag }) => _tag === "Conflict" || _tag === "SavepointLost" }),
 *     // maybe it is stored: the key that the program made up tells
 *     Effect.catchTag("CommitOutcomeUnknown", () => payments.get(payment.id)),
 *     // something inside failed and was caught there, which ends the transaction all the same
 *     Effect.tapErrorTag("TransactionAborted", ({ statement }) => Effect.logError(`failed and caught: ${statement}`))
 *   )
 * })
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export type TransactionError =
  | StatementError
  | UniqueViolation
  | ForeignKeyViolation
  | StillReferenced
  | CommitOutcomeUnknown
