/**
 * What an error tells that comes from a shard, through the coordinator: its code and words, but not the names in fields of their own.
 *
 * @since 0.1.0
 */
import type { SqlError } from "effect/sql/SqlError"
import { unquoted } from "../sql/quoted.ts"

/** A field of what a server reports, or of any other error. */
export const said = (cause: unknown, field: string): string => {
  const value: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, field) : undefined
  return typeof value === "string" ? value : ""
}

/** What a server calls whatever an error is about. */
interface Names {
  readonly table: string
  readonly column: string
  readonly constraint: string
}

/** The names in an error of a shard, as far as its words have them: between quotes, as they are. */
export const remoteNames = (cause: unknown): Names => {
  const [message, where] = [shown(cause, "message"), said(cause, "where")]
  if (!isRemote(where)) return { table: "", column: "", constraint: "" }
  const [, constraint = "", referring = ""] = /constraint "(.*?)"(?: on table "(.*)")?$/s.exec(message) ?? []
  const [, table = ""] = /(?:relation|table) "(.*?)" violates /s.exec(message) ?? []
  return {
    table: referring || table || unquoted(written.exec(where)?.[1] ?? ""),
    column: /column "(.*?)" of relation "/s.exec(message)?.[1] ?? "",
    constraint
  }
}

/** A text of an error; where it comes from Citus its names are those of the tables, without the numbers of shards. */
export const shown = (cause: unknown, field: string): string => {
  const text = said(cause, field)
  return ofCitus.test(said(cause, "where")) ? text.replaceAll(/_\d{6,}(?=")/g, "") : text
}

const isRemote = (where: string): boolean => where.includes("remote SQL command: ") || ofCitus.test(where)

const ofCitus = /while executing command on \S+:\d+/

/** The table that a statement of a shard's writes to. */
const written =
  /remote SQL command: (?:INSERT INTO|UPDATE|DELETE FROM) (?:(?:"(?:[^"]|"")+"|\w+)\.)?("(?:[^"]|"")+"|\w+)/

/** Whether it is a shard that is lost, as the coordinator says, which is there itself. */
export const isShardLost = ({ reason: { cause } }: SqlError): boolean =>
  said(cause, "code").startsWith("08") && said(cause, "severityUnlocalized") === "ERROR"

/**
 * Whether a shard is lost to a transaction alone: what it was told of a nested one was cut off on its way, or could not be undone there,
 * and the coordinator says nothing more to it for that transaction.
 */
export const isShardStuck = ({ reason: { cause } }: SqlError): boolean =>
  said(cause, "routine") === "pgfdw_reject_incomplete_xact_state_change"

/**
 * Whether a statement by itself failed when it was done, while one shard after another committed. The coordinator looks at last whether
 * it can commit itself, where transactions are serializable.
 */
export const isCommitTorn = ({ reason: { cause } }: SqlError): boolean =>
  said(cause, "where").includes("remote SQL command: COMMIT TRANSACTION") ||
  (said(cause, "code") === "40001" && / commit attempt/.test(said(cause, "detail")))

/** Whether a commit was refused before any shard was told of it: by a constraint, or a trigger, that had waited for the end. */
export const isRefusedWhole = (error: SqlError): boolean =>
  /^(?:23|P0)/.test(said(error.reason.cause, "code")) && !isCommitTorn(error)
