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

/** The names in an error of a shard, as far as its words have them. */
export const remoteNames = (cause: unknown): Names => {
  const [message, where] = [shown(cause, "message"), said(cause, "where")]
  if (!isRemote(where)) return { table: "", column: "", constraint: "" }
  const tables = [...message.matchAll(/(?:relation|table) ("(?:[^"]|"")+")/g)]
  return {
    table: nameOf(tables.at(-1)?.[1] ?? written.exec(where)?.[1]),
    column: nameOf(/column ("(?:[^"]|"")+")/.exec(message)?.[1]),
    constraint: nameOf(/constraint ("(?:[^"]|"")+")/.exec(message)?.[1])
  }
}

/** A text of an error; where it comes from Citus its names are those of the tables, without the numbers of shards. */
export const shown = (cause: unknown, field: string): string => {
  const text = said(cause, field)
  return ofCitus.test(said(cause, "where")) ? text.replaceAll(/_\d{6,}(?=")/g, "") : text
}

const nameOf = (name: string | undefined): string => name === undefined ? "" : unquoted(name)

const isRemote = (where: string): boolean => where.includes("remote SQL command: ") || ofCitus.test(where)

const ofCitus = /while executing command on \S+:\d+/

/** The table that a statement of a shard's writes to. */
const written =
  /remote SQL command: (?:INSERT INTO|UPDATE|DELETE FROM) (?:(?:"(?:[^"]|"")+"|\w+)\.)?("(?:[^"]|"")+"|\w+)/

/** Whether it is a shard that is lost, as the coordinator says, which is there itself. */
export const isShardLost = ({ reason: { cause } }: SqlError): boolean =>
  said(cause, "code").startsWith("08") && said(cause, "severityUnlocalized") === "ERROR"

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
