/**
 * Makes rows with all that is related to them: what has not come with them is read by one query for each relation, whatever the number
 * of rows, and put where it would have come.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Link } from "../model/link.ts"
import { attempt } from "../session/attempt.ts"
import { type ReadError, Undecodable } from "../session/OrmError.ts"
import { storedValue } from "../session/references.ts"
import type { Session } from "../session/Session.ts"
import { describeKey, keyTexts } from "../sql/rowKey.ts"
import type { Load, Parts, Plan } from "./loading.ts"

type Service = Session["Service"]

type Row = Readonly<Record<string, unknown>>

type Groups = ReadonlyArray<ReadonlyArray<Parts>>

/** Rows as a plan says, with all that is related to them. */
export const finished = (
  session: Service,
  plan: Plan,
  read: ReadonlyArray<Parts>
): Effect.Effect<ReadonlyArray<unknown>, ReadError> =>
  isComplete(plan, read)
    ? assembled(plan, read, plan.loads.length > 0)
    : Effect.flatMap(completed(session, plan, read), (all) => assembled(plan, all, false))

/** Whether all that is related has come with the rows. */
const isComplete = ({ loads }: Plan, read: ReadonlyArray<Parts>): boolean =>
  loads.every(({ plan }, at) =>
    read.every(({ related }) => {
      const group = related?.[at]
      return group !== undefined && isComplete(plan, group)
    })
  )

/** The rows with all that is related to them: where several have the same key, only the first of them has what belongs to it. */
const completed = Effect.fnUntraced(function*(
  session: Service,
  { loads }: Plan,
  read: ReadonlyArray<Parts>
): Effect.fn.Return<ReadonlyArray<Parts>, ReadError> {
  const all = Array.from(read)
  for (const [at, load] of loads.entries()) {
    const { first } = distinctKeys(load, read)
    const groups = yield* groupsOf(session, load, first.map((place) => read[place] ?? {}), at)
    first.forEach((place, index) => {
      const one = all[place]
      all[place] = { ...one, related: { ...one?.related, [at]: groups[index] ?? [] } }
    })
  }
  return all
})

/** What belongs to rows of unlike keys, with all that is related to it in turn. */
const groupsOf = Effect.fnUntraced(function*(
  session: Service,
  load: Load,
  rows: ReadonlyArray<Parts>,
  at: number
): Effect.fn.Return<Groups, ReadError> {
  const come = rows.flatMap(({ related }) => related?.[at] === undefined ? [] : [related[at]])
  const groups = come.length < rows.length ? yield* groupsRead(session, load, rows) : come
  return load.plan.loads.length === 0 ? groups : grouped(groups, yield* completed(session, load.plan, groups.flat()))
})

/** What belongs to rows of unlike keys, read by one query. */
const groupsRead = Effect.fnUntraced(function*(
  session: Service,
  { link, statement }: Load,
  rows: ReadonlyArray<Parts>
): Effect.fn.Return<Groups, ReadError> {
  const groups = rows.map((): Array<Parts> => [])
  const found = yield* session.run(statement(link.pairs.map(({ from }) => rows.map(({ row }) => row?.[from.field]))))
  for (const one of found) groups[one.place - 1]?.push(one)
  return groups
})

/** All in groups as long as these. */
const grouped = <A>(groups: ReadonlyArray<ReadonlyArray<unknown>>, all: ReadonlyArray<A>) => {
  let end = 0
  return groups.map(({ length }) => all.slice(end, end += length))
}

/**
 * Rows of what was read for them. Those that others came with are ours alone: they are read by a statement of their own where nobody
 * else knows of them.
 */
const assembled = (
  plan: Plan,
  read: ReadonlyArray<Parts>,
  areOurs: boolean
): Effect.Effect<ReadonlyArray<unknown>, Undecodable> =>
  attempt(() => made(plan, read, areOurs), (thrown) => thrown instanceof Undecodable ? thrown : undefined)

/** As `assembled`; throws where a row is missing. */
const made = ({ keeps, loads }: Plan, read: ReadonlyArray<Parts>, areOurs: boolean): ReadonlyArray<unknown> => {
  const related = loads.map((load, at) => ({ name: load.link.name, values: relatedTo(load, read, at, areOurs) }))
  const mayStay = areOurs || loads.length === 0
  return read.map(({ row, values }, index) => {
    const one: Record<string, unknown> = keeps && row !== undefined ? withValues(row, values, mayStay) : { ...values }
    for (const { name, values: all } of related) one[name] = all[index]
    return one
  })
}

/** A row with values beside its own: itself where it has none and may stay as it is, or else another one of the same class. */
const withValues = (row: Row, values: Row | undefined, mayStay: boolean): Row =>
  mayStay && values === undefined ? row : { __proto__: Reflect.getPrototypeOf(row), ...row, ...values }

/** What is related to each of these rows by a load. */
const relatedTo = (
  load: Load,
  read: ReadonlyArray<Parts>,
  at: number,
  areOurs: boolean
): ReadonlyArray<unknown> => {
  const { certain, link, plan } = load
  const { first, places } = distinctKeys(load, read)
  const come = first.map((place) => read[place]?.related?.[at] ?? [])
  const groups = grouped(come, made(plan, come.flat(), areOurs))
  if (link.arity === "many") return places.map((place) => place === undefined ? [] : groups[place] ?? [])
  const lost = certain ? groups.findIndex(({ length }) => length === 0) : -1
  if (lost >= 0) throw missing(link, read[first[lost] ?? 0]?.row ?? {})
  return places.map((place) => place === undefined ? null : groups[place]?.[0] ?? null)
}

/** The places of the rows that have a key first, and for each row the place of its key among these, where it has one. */
const distinctKeys = ({ link }: Load, read: ReadonlyArray<Parts>) => {
  const texts = keyTexts(
    link.pairs.map(({ from }) => read.map(({ row }) => storedValue(from, row?.[from.field]))),
    read.length
  )
  const known = new Map<string, number>()
  const first: Array<number> = []
  const places = texts.map((text, row) => {
    if (text === undefined) return undefined
    return getOrInsert(known, text, () => first.push(row) - 1)
  })
  return { first, places }
}

const missing = ({ name, owner, pairs, target }: Link, row: Row) =>
  new Undecodable({
    column: pairs.map(({ from }) => from.field).join(", "),
    row: describeKey(owner.primaryKey, row),
    reason:
      `there is no ${target.model.identifier} that it names, or it is hidden; where that may be, declare ${name} as a ` +
      `Relation.belongsTo that is optional`
  })
