/**
 * The rows of aggregates on their way into the database: what is checked of each, and how they are related.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import { getOrInsert } from "../model/getOrInsert.ts"
import { rowGuard } from "../session/guard.ts"
import { tellable } from "../session/invalid.ts"
import { type FieldIssue, Invalid, type Issue, NotFound, StaleRow } from "../session/OrmError.ts"
import { issuesOf, type Row } from "../session/validate.ts"
import type { Branch, Member } from "./members.ts"
import { patchValidator } from "../session/validatePatch.ts"

/** Where in the inputs a row is: in which of them, and on which way. */
export interface Place {
  readonly root: number
  readonly path: ReadonlyArray<string>
}

/** A row to insert, to change, or to leave as it is, with the rows that are related to it. */
export interface Node {
  readonly member: Member
  readonly place: Place
  /** The row as it was found; none where it is to be inserted. */
  readonly stored: Row | undefined
  /** All that is inserted, or the primary key and what is changed; it is complete once it is checked. */
  values: Row
  readonly joined: Map<Branch, Joined>
  /** What relations fill in, once the rows that it names are written. */
  readonly filled: Record<string, unknown>
  /** The row as it is now: as it was found, and then as it was written. */
  row: Row
}

/** What becomes of a relation of one row. */
interface Joined {
  /** The rows that it leads to which are written, or newly related. */
  readonly nodes: ReadonlyArray<Node>
  /** Those of them that it led to before. */
  readonly kept: ReadonlySet<Node>
  /** Rows that it no longer leads to. */
  readonly freed: ReadonlyArray<Row>
}

/** What is wrong with one row. */
interface Problem {
  readonly member: Member
  readonly place: Place
  readonly issues: ReadonlyArray<FieldIssue>
}

/** The most things that an error tells of one by one. */
const mostTold = 100

/** The failure of inputs of which rows don't fit, told by their ways from the root. */
export const misfits = (root: Member, problems: ReadonlyArray<Problem>): Invalid => {
  const issues = problems.slice(0, mostTold).flatMap(({ issues: told, member, place }) =>
    tellable(member.table.model, told).map((issue): Issue => ({
      row: place.root,
      path: [...place.path, ...issue.path],
      message: issue.message
    }))
  )
  const rows = new Set(problems.map(({ place }) => place.root)).size
  return new Invalid({ model: root.table.model.identifier, rows, issues })
}

/** The failure of a statement, told by the inputs that its rows come from. */
export const placed = <E>(
  root: Member,
  nodes: ReadonlyArray<Pick<Node, "member" | "place">>,
  error: E | Invalid | NotFound | StaleRow
): E | Invalid | NotFound | StaleRow => {
  const rootsOf = (rows: ReadonlyArray<number> | undefined) => [
    ...new Set(rows?.flatMap((row) => nodes[row]?.place.root ?? []))
  ]
  if (error instanceof Invalid) {
    return misfits(
      root,
      error.issues.flatMap((issue) => {
        const node = nodes[issue.row]
        return node === undefined ? [] : [{ ...node, issues: [issue] }]
      })
    )
  }
  if (error instanceof NotFound) {
    return new NotFound({ model: error.model, criteria: error.criteria, rows: rootsOf(error.rows) })
  }
  if (error instanceof StaleRow) {
    const { expected, key, model, stored } = error
    return new StaleRow({ model, key, expected, stored, rows: rootsOf(error.rows) })
  }
  return error
}

/** Makes the nodes of rows, and keeps what is wrong with them. */
export const nodeMaker = () => {
  const problems: Array<Problem> = []
  const unchecked: Array<Effect.Effect<void>> = []
  const inserts = new Map<Member, ReturnType<typeof insertChecker>>()
  const changes = new Map<Member, ReturnType<typeof patchValidator>>()

  const nodeOf = (member: Member, place: Place, values: Row, stored: Row | undefined): Node => ({
    member,
    place,
    stored,
    values,
    joined: new Map(),
    filled: {},
    row: stored ?? values
  })

  const refuse = (member: Member, place: Place, issues: ReadonlyArray<FieldIssue>) => {
    if (issues.length > 0) problems.push({ member, place, issues })
  }

  /** A row to insert, without what relations fill in. */
  const inserted = (member: Member, place: Place, fields: Row): Node => {
    const { isValid, make } = getOrInsert(inserts, member, insertChecker)
    const node = nodeOf(member, place, fields, undefined)
    if (isValid(fields)) return node
    unchecked.push(Effect.match(make(fields), {
      onSuccess: (values) => {
        node.values = values
      },
      onFailure: (issue) => refuse(member, place, issuesOf(issue))
    }))
    return node
  }

  /** A row that stays as it is, but for what relations fill in. */
  const kept = (member: Member, place: Place, stored: Row): Node => nodeOf(member, place, keyOf(member, stored), stored)

  /** A row to change: its primary key is that of the stored one. */
  const changed = (member: Member, place: Place, stored: Row, fields: Row): Node => {
    const key = keyOf(member, stored)
    const node = nodeOf(member, place, key, stored)
    if (Object.keys(fields).every((field) => Object.hasOwn(key, field)) && member.version === undefined) return node
    const validate = changes.get(member) ?? patchValidator(member.table.model)
    changes.set(member, validate)
    unchecked.push(Effect.match(validate([{ ...fields, ...key }]), {
      onSuccess: ([values]) => {
        node.values = values ?? key
      },
      onFailure: ({ issues }) => refuse(member, place, issues)
    }))
    return node
  }

  /** Fills in and checks the rows of all nodes, and tells what is wrong with them. */
  const checked = Effect.suspend(() => Effect.as(Effect.all(unchecked, { discard: true }), problems))

  return { inserted, kept, changed, refuse, checked }
}

/** The values of a row's primary key. */
export const keyOf = ({ table }: Pick<Member, "table">, row: Row): Row =>
  Object.fromEntries(table.primaryKey.map(({ field }) => [field, row[field]]))

/** Fills in the defaults of a row and checks it, but for the fields that relations fill in. */
const insertChecker = ({ filled, table }: Member) => {
  const fields = Object.entries(table.model.insert.fields).filter(([field]) => !filled.has(field))
  const schema = Schema.Struct(Object.fromEntries(fields))
  const isValid = rowGuard(Schema.toType(schema).ast)
  const make = (row: Row) =>
    schema.makeEffect(row, { parseOptions: { errors: "all" } }) as Effect.Effect<Row, SchemaIssue.Issue>
  return { isValid, make }
}
