/**
 * Types whose binary form the driver can't read: it would take the bytes for a text, and give rubbish or lose the connection.
 *
 * They are read as a mark of their type instead, which is refused where it would leave the database.
 *
 * @since 0.1.0
 */
import type { Result as PgResult } from "@effect/sql-pg/PgConnection"
import { PgTypes } from "@effect/sql-pg"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import { QueryFailed } from "../session/OrmError.ts"

/** Stands for a value that can't be read. */
export class Unread {
  readonly type: string
  constructor(type: string) {
    this.type = type
  }

  /** What was found, and what to do about it. */
  get reason(): string {
    return `a value of ${this.type}, which the driver can't read. ${castIt}`
  }
}

/** What to do about a value that can't be read. */
export const castIt =
  "Cast it in the query: to text (`column::text`), or a composite and an array to JSON (`to_jsonb(column)`)."

/** What a cell is that can't be read; a text of PostgreSQL has no character 0, and bytes taken for one have. */
export const unreadIn = (cell: unknown): Unread | undefined => {
  if (cell instanceof Unread) return cell
  return typeof cell === "string" && cell.includes("\0") ? ownType : undefined
}

/** One that a program or an extension has made. */
export const ownType = new Unread("a type that is not PostgreSQL's own, or of more than one dimension")

/** The name, its number, and that of its arrays, of each type of PostgreSQL itself that is sent in a form of its own. */
const types: ReadonlyArray<readonly [name: string, oid: number, arrayOid?: number]> = [
  ["int2vector", 22, 1006],
  ["regproc", 24, 1008],
  ["tid", 27, 1010],
  ["xid", 28, 1011],
  ["cid", 29, 1012],
  ["oidvector", 30, 1013],
  ["pg_ddl_command", 32],
  ["pg_node_tree", 194],
  ["point", 600, 1017],
  ["lseg", 601, 1018],
  ["path", 602, 1019],
  ["box", 603, 1020],
  ["polygon", 604, 1027],
  ["line", 628, 629],
  ["circle", 718, 719],
  ["macaddr8", 774, 775],
  ["money", 790, 791],
  ["macaddr", 829, 1040],
  ["bit", 1560, 1561],
  ["varbit", 1562, 1563],
  ["regprocedure", 2202, 2207],
  ["regoper", 2203, 2208],
  ["regoperator", 2204, 2209],
  ["regtype", 2206, 2211],
  ["record", 2249, 2287],
  ["anyarray", 2277],
  ["txid_snapshot", 2970, 2949],
  ["pg_lsn", 3220, 3221],
  ["pg_ndistinct", 3361],
  ["pg_dependencies", 3402],
  ["tsvector", 3614, 3643],
  ["tsquery", 3615, 3645],
  ["regconfig", 3734, 3735],
  ["regdictionary", 3769, 3770],
  ["int4range", 3904, 3905],
  ["numrange", 3906, 3907],
  ["tsrange", 3908, 3909],
  ["tstzrange", 3910, 3911],
  ["daterange", 3912, 3913],
  ["int8range", 3926, 3927],
  ["jsonpath", 4072, 4073],
  ["regnamespace", 4089, 4090],
  ["regrole", 4096, 4097],
  ["regcollation", 4191, 4192],
  ["int4multirange", 4451, 6150],
  ["nummultirange", 4532, 6151],
  ["tsmultirange", 4533, 6152],
  ["tstzmultirange", 4534, 6153],
  ["datemultirange", 4535, 6155],
  ["int8multirange", 4536, 6157],
  ["pg_brin_bloom_summary", 4600],
  ["pg_brin_minmax_multi_summary", 4601],
  ["pg_mcv_list", 5017],
  ["pg_snapshot", 5038, 5039],
  ["xid8", 5069, 271],
  ["anycompatiblearray", 5078]
]

/** Types of texts, whose arrays alone are in a form of their own. */
const texts: ReadonlyArray<readonly [name: string, arrayOid: number]> = [
  ["xml", 143],
  ["\"char\"", 1002],
  ["cstring", 1263],
  ["refcursor", 2201]
]

const named: ReadonlyMap<number, string> = new Map([
  ...types.map(([name, oid]) => [oid, name] as const),
  ...types.flatMap(([name, _, arrayOid]) => arrayOid === undefined ? [] : [[arrayOid, `${name}[]`] as const]),
  ...texts.map(([name, arrayOid]) => [arrayOid, `${name}[]`] as const)
])

/** What the driver reads, and what it takes for marks. */
export const registry: PgTypes.Registry = PgTypes.makeRegistry()
for (const [oid, name] of named) {
  const mark = Result.succeed(new Unread(`the type ${name}`))
  registry.register(oid, {
    decode: () => mark,
    encode: () => Result.fail(new PgTypes.CodecError({ message: `The driver can't send a value of the type ${name}` }))
  })
}

const known: ReadonlySet<number> = new Set(Object.values(PgTypes.OID))

/** The result of plain SQL, or a failure where it holds what can't be read. */
export const readable = (sql: string, result: PgResult): Effect.Effect<PgResult, SqlError> => {
  const names = result.fields.filter(({ dataTypeId }) => !known.has(dataTypeId)).map(({ name }) => name)
  return names.length === 0
    ? Effect.succeed(result)
    : readableRows(sql, result.rows, (row) => names.map((name) => row[name]), result, unreadInOther)
}

/** What a cell is that can't be read, of no type that the driver knows: bytes may begin with a version, as a text hardly does. */
const unreadInOther = (cell: unknown): Unread | undefined =>
  typeof cell === "string" && cell.charCodeAt(0) < 9 ? ownType : unreadIn(cell)

/** As `readable`, of rows of which the types are not told. */
export const readableRows = <A, B>(
  sql: string,
  rows: ReadonlyArray<A>,
  cells: (row: A) => ReadonlyArray<unknown>,
  result: B,
  find = unreadIn
): Effect.Effect<B, SqlError> => {
  for (const row of rows) {
    for (const cell of cells(row)) {
      const unread = find(cell)
      if (unread !== undefined) return Effect.fail(refused(sql, unread))
    }
  }
  return Effect.succeed(result)
}

/** Whether the driver has given up a connection because it couldn't read a row. */
export const isUndecoded = ({ message }: SqlError): boolean => message === "PgConnection: Failed to decode row"

/** What plain SQL fails with, whose result can't be read. */
export const refused = (sql: string, { type }: Unread): SqlError => {
  const reason = `the result has a value of ${type}, which the driver can't read`
  const cause = new QueryFailed({ sql, reason, hint: castIt })
  return new SqlError({ reason: new UnknownError({ cause, message: cause.message, operation: "execute" }) })
}
