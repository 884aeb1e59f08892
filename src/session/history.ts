/**
 * Writes down what becomes of rows, where their model asks for it: who changed what, from which values to which.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Model from "../model/Model.ts"
import { type Table, tableOf } from "../model/Table.ts"
import { uuidV7 } from "../model/uuidV7.ts"
import type { Insert } from "../sql/write.ts"
import { withServices } from "./compiling.ts"
import { signatureOf } from "./mixedIn.ts"
import {
  type CommitOutcomeUnknown,
  QueryFailed,
  type ReadOnly,
  type StatementError,
  type UpdateError
} from "./OrmError.ts"

/** Rows as instances of their model; a place without one is that of a row that was not there. */
type Instances = ReadonlyArray<unknown>

/**
 * Writes down rows as they were before a write and as they are after it, place by place; those that stayed the same are left out.
 * Of models that don't ask for it nothing is written.
 */
export type Recorder = (
  table: Table,
  before: Instances,
  after: Instances
) => Effect.Effect<void, StatementError | ReadOnly | CommitOutcomeUnknown>

/** Whether what becomes of a table's rows is written down. */
export const isRecorded = ({ roles }: Table): boolean =>
  roles.some(({ role }) => role._tag === "UpdatedBy" && role.history !== undefined)

/** What writes down rows, by this insert. */
export const recorder = (
  database: string,
  insert: (statement: Insert<unknown>) => Effect.Effect<unknown, UpdateError>
): Recorder =>
  Effect.fnUntraced(function*(table, before, after) {
    const signature = yield* withServices(database, (services) => signatureOf(table, services))
    const changes = signature === undefined ? [] : changesOf(table, before, after)
    if (signature === undefined || changes.length === 0) return
    const { at, by, history } = signature
    const model = table.model.identifier
    const rows = yield* Effect.forEach(changes, (change) =>
      Effect.map(uuidV7, (id) => ({ ...change, id, model, at, by })))
    yield* insert({ _tag: "Insert", table: tableOf(history), rows, returning: false }).pipe(
      Effect.catchTag(
        ["Invalid", "Undecodable", "UniqueViolation", "ForeignKeyViolation", "CheckViolation", "StillReferenced"],
        ({ message }) =>
          Effect.fail(
            new QueryFailed({
              sql: "",
              reason: `${history.identifier} can't hold what became of the rows of ${model}: ${message}`
            })
          )
      )
    )
  })

/** What became of each row, as JSON. */
const changesOf = ({ model, primaryKey }: Table, before: Instances, after: Instances) => {
  const encode = encoderOf(model)
  const length = Math.max(before.length, after.length)
  return Array.from({ length }, (_, place) => {
    const from = encode(before[place])
    const to = encode(after[place])
    const key = primaryKey.map(({ field }) => (to ?? from)?.[field])
    return { from, to, key: key.length === 1 ? String(key[0]) : JSON.stringify(key) }
  }).flatMap(({ from, key, to }) => {
    const operation = operationOf(from, to)
    return operation === undefined ? [] : [{ operation, key, before: from, after: to }]
  })
}

type Json = Readonly<Record<string, unknown>> | null

const operationOf = (before: Json, after: Json): "insert" | "update" | "delete" | undefined => {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined
  if (before === null) return "insert"
  return after === null ? "delete" : "update"
}

const encoderOf = (model: Model.Any): (instance: unknown) => Json => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a model needs no services, and its instances are objects
  const encode = Schema.encodeUnknownSync(Schema.toCodecJson(model) as Schema.Codec<unknown, Exclude<Json, null>>)
  return (instance) => instance === undefined ? null : encode(instance)
}
