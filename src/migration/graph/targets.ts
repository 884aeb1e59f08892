/**
 * Where a database is told to go: `head`, `base`, `8f2c`, `+2`, `8f2c-1`, `billing@head`.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type { Direction } from "../MigrationPlan.ts"
import { TargetUnknown } from "../MigrationError.ts"
import type { Revisions } from "./revisions.ts"

type Found<A> = Result.Result<A, TargetUnknown>

/**
 * The revisions that a database is to have when it has gone to a target: on the way up it keeps what it has, on the way down it gets
 * nothing new, and `to` gives it those of the target and no others. `applied` are those that it has, in the order in which it got them.
 */
export const destination = (
  revisions: Revisions,
  applied: ReadonlyArray<string>,
  target: string,
  direction: Direction
): Found<ReadonlySet<string>> => {
  const known = knownIn(revisions, applied)
  switch (direction) {
    case "up":
      return Result.map(tips(known, target), (ids) => new Set([...applied, ...revisions.needsOf(ids)]))
    case "down":
      return Result.map(undone(known, target), (ids) => new Set(applied.filter((id) => !ids.has(id))))
    case "to":
      return /^(?:.+@)?-/.test(target)
        ? destination(revisions, applied, target, "down")
        : /^(?:.+@)?\+/.test(target)
        ? destination(revisions, applied, target, "up")
        : Result.map(tips(known, target), revisions.needsOf)
  }
}

/** The revisions that a database stands at by a target, without those before them. */
export const standing = (
  revisions: Revisions,
  applied: ReadonlyArray<string>,
  target: string
): Found<ReadonlyArray<string>> => tips(knownIn(revisions, applied), target)

/** The revisions from one to another, both with them: `a:b`, `a:`, `:b`, or all before one, `b`; `current` is where the database stands. */
export const range = (
  revisions: Revisions,
  applied: ReadonlyArray<string>,
  text: string
): Found<ReadonlyArray<string>> => {
  const known = knownIn(revisions, applied)
  const [from = "", to] = text.includes(":") ? text.split(":", 2) : ["", text]
  return Result.gen(function*() {
    const ends = yield* tips(known, to === undefined || to === "" ? "heads" : to)
    const starts = from === "" || from === "base" ? undefined : yield* tips(known, from)
    const upTo = revisions.needsOf(ends)
    const since = starts === undefined ? upTo : revisions.neededBy(starts)
    return revisions.ordered.map(({ id }) => id).filter((id) => upTo.has(id) && since.has(id))
  })
}

/** Revisions, and which of them a database has, in the order in which it got them. */
interface Known {
  readonly revisions: Revisions
  readonly applied: ReadonlyArray<string>
  /** Those that are not applied, in order. */
  readonly pending: ReadonlyArray<string>
  readonly unknown: (target: string, reason: string) => TargetUnknown
}

const knownIn = (revisions: Revisions, applied: ReadonlyArray<string>): Known => {
  const has = new Set(applied)
  const pending = revisions.ordered.map(({ id }) => id).filter((id) => !has.has(id))
  return {
    revisions,
    applied: applied.filter((id) => revisions.byId.has(id)),
    pending,
    unknown: (target, reason) =>
      new TargetUnknown({
        target,
        reason,
        known: [...revisions.heads.length === 0 ? [] : ["head", "heads", "base"], ...revisions.byId.keys()]
      })
  }
}

const tips = (known: Known, target: string): Found<ReadonlyArray<string>> => {
  const { applied, revisions, unknown } = known
  const [label, place] = labelled(target)
  if (label !== undefined && !revisions.branches.has(label)) return Result.fail(unknown(target, noLabel(known, label)))
  const branch = label === undefined ? undefined : revisions.branches.get(label)
  const isIn = (id: string) => branch === undefined || branch.includes(id)
  switch (place) {
    case "heads":
      return Result.succeed(revisions.heads.filter(isIn))
    case "head": {
      const heads = revisions.heads.filter(isIn)
      return heads.length === 1 || (heads.length === 0 && label === undefined)
        ? Result.succeed(heads)
        : Result.fail(
          unknown(target, `there are ${heads.length} heads: ${heads.join(", ")}. Say \`heads\`, or one of them`)
        )
    }
    case "base":
      return Result.succeed([])
    case "current":
      return Result.succeed(
        applied.filter((id) => isIn(id) && !revisions.children(id).some((one) => applied.includes(one)))
      )
  }
  const steps = /^\+(\d+)$/.exec(place)?.[1]
  if (steps !== undefined) {
    const next = known.pending.filter(isIn)
    return Number(steps) > next.length
      ? Result.fail(unknown(target, `${count(next.length)} left to apply`))
      : Result.succeed(next.slice(0, Number(steps)))
  }
  if (/^-\d+$/.test(place)) return Result.fail(unknown(target, "it goes down, and the way is up"))
  return Result.map(one(known, target, place, isIn), (id) => id === undefined ? [] : [id])
}

/** The applied revisions that have to go, with all that need them. */
const undone = (known: Known, target: string): Found<ReadonlySet<string>> => {
  const { applied, revisions, unknown } = known
  const [label, place] = labelled(target)
  const branch = label === undefined ? applied : revisions.branches.get(label)
  if (branch === undefined) return Result.fail(unknown(target, noLabel(known, label ?? "")))
  const here = applied.filter((id) => branch.includes(id))
  const steps = /^-(\d+)$/.exec(place)?.[1]
  if (steps !== undefined) {
    return Number(steps) > here.length
      ? Result.fail(unknown(target, `${count(here.length)} applied`))
      : Result.succeed(revisions.neededBy(here.slice(here.length - Number(steps))))
  }
  if (place === "base") return Result.succeed(revisions.neededBy(here))
  if (/^\+\d+$/.test(place)) return Result.fail(unknown(target, "it goes up, and the way is down"))
  return Result.gen(function*() {
    const stay = yield* tips(known, target)
    const absent = stay.find((id) => !applied.includes(id))
    if (absent !== undefined) return yield* Result.fail(unknown(target, `${absent} is not applied`))
    const [, start, back] = /^(.+)-(\d+)$/.exec(place) ?? []
    // before the first of a branch there is nothing: all of it goes
    const first = stay.length === 0 && start !== undefined ? yield* tips(known, `${start}-${Number(back) - 1}`) : []
    return new Set([
      ...Array.from(revisions.neededBy(stay)).filter((id) => !stay.includes(id)),
      ...revisions.neededBy(first)
    ])
  })
}

/** The revision of an id, the beginning of one, a label, or some steps from one of these; undefined is before the first. */
const one = (
  known: Known,
  target: string,
  place: string,
  isIn: (id: string) => boolean
): Found<string | undefined> => {
  const { revisions, unknown } = known
  const exact = named(known, place).filter(isIn)
  if (exact.length === 1) return Result.succeed(exact[0])
  if (exact.length > 1) return Result.fail(unknown(target, `several begin so: ${exact.join(", ")}`))
  const [, start, sign, steps] = /^(.+)([+-])(\d+)$/.exec(place) ?? []
  if (start === undefined) return Result.fail(unknown(target, "there is none of this id, and none that begins so"))
  return Result.gen(function*() {
    let at = yield* one(known, target, start, isIn)
    for (let step = 0; step < Number(steps); step++) {
      if (at === undefined) return yield* Result.fail(unknown(target, "there is nothing before the first"))
      const next: ReadonlyArray<string> = sign === "+"
        ? revisions.children(at).filter(isIn)
        : revisions.byId.get(at)?.parents ?? []
      if (next.length > 1) {
        return yield* Result.fail(unknown(target, `from ${at} there are several ways: ${next.join(", ")}`))
      }
      if (next.length === 0 && sign === "+") return yield* Result.fail(unknown(target, `nothing follows ${at}`))
      at = next[0]
    }
    return at
  })
}

const named = ({ revisions }: Known, name: string): ReadonlyArray<string> => {
  if (revisions.byId.has(name)) return [name]
  const bearer = revisions.ordered.find(({ labels }) => labels.includes(name))
  if (bearer !== undefined) return [bearer.id]
  return revisions.ordered.map(({ id }) => id).filter((id) => id.startsWith(name))
}

const labelled = (target: string): readonly [label: string | undefined, place: string] => {
  const at = target.indexOf("@")
  return at < 0 ? [undefined, target] : [target.slice(0, at), target.slice(at + 1)]
}

const noLabel = ({ revisions }: Known, label: string): string =>
  `there is no label ${label}, but ${
    revisions.branches.size === 0 ? "none at all" : [...revisions.branches.keys()].join(", ")
  }`

const count = (revisions: number): string =>
  revisions === 1 ? "there is only one revision" : `there are only ${revisions} revisions`
