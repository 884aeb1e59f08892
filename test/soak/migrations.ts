/**
 * Kills migrations on a long way up and down: before their statements, and in the middle of their commits. Whatever was killed, the
 * database opens, its history is true, all rows are whole, and the next run goes on from there.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { databaseAt, type Place } from "../migration/longWay.ts"
import { Findings } from "./findings.ts"
import { history, revisions, state } from "./longHistory.ts"
import { going, type Order, watching } from "./going.ts"

/** How often to kill. */
export interface Options {
  readonly place: Place
  /**
   * How many kills before statements there are to be in each direction, and in how many commits: no more than there are statements and
   * commits.
   */
  readonly kills: number
  /** Told after each kill. */
  readonly onProgress: (part: number) => Effect.Effect<void>
}

/** What was killed, and what must not have been. */
export interface Report {
  readonly revisions: number
  /** Statements of the whole way up and down. */
  readonly statements: number
  readonly killedBeforeStatements: number
  readonly killedInCommits: number
  /** Of those kills, which came so early that nothing was committed. */
  readonly commitsLost: number
  readonly violations: ReadonlyArray<string>
}

type Direction = Order["direction"]

const all = revisions.map(({ id }) => id)

/** Kills on the way up, and on the way down. */
export const migrations = Effect.fn("migrations")(
  function*({ kills, onProgress, place }: Options): Effect.fn.Return<Report, never, Scope.Scope> {
    const findings = new Findings()
    const count = { statements: 0, killedBeforeStatements: 0, killedInCommits: 0, commitsLost: 0 }
    const run = yield* processes(place)
    const look = findings.noFailure("the database after a kill")(
      Effect.provide(Effect.all([history, state]), databaseAt(place), { local: true })
    )

    const learned = findings.noFailure("the way without kills")(learning(place))
    const { down, states, up } = (yield* learned) ?? { states: [], up: [], down: [] }
    count.statements = sum(up) + sum(down)

    /** What is wrong with the database, of which these revisions were said to be done; the number of revisions that it has. */
    const standing = Effect.fnUntraced(function*(direction: Direction, order: Order, said: ReadonlyArray<string>) {
      const [applied, found] = (yield* look) ?? [[], ""]
      const where = JSON.stringify(order)
      if (applied.join() !== all.slice(0, applied.length).join()) {
        findings.violation(`${where}: the history is ${applied.join()}`)
      }
      if (found !== states[applied.length]) {
        findings.violation(`${where}: after ${applied.at(-1)} there is ${difference(found, states[applied.length])}`)
      }
      for (const line of said) {
        const [what, id = ""] = line.split(" ")
        if (what !== "done") findings.violation(`${where}: ${line}`)
        else if (applied.includes(id) !== (direction === "up")) {
          findings.violation(`${where}: ${id} was done, and is not`)
        }
      }
      return applied.length
    })

    const way = Effect.fnUntraced(function*(direction: Direction, statements: ReadonlyArray<number>) {
      const stride = Math.max(1, Math.ceil(sum(statements) / kills))
      let next = yield* Random.nextIntBetween(1, stride + 1)
      let at = direction === "up" ? 0 : all.length
      for (const [index, own] of statements.entries()) {
        const isHere = () => at === (direction === "up" ? index : all.length - index)
        for (; next <= own && isHere(); next += stride) {
          const order = { direction, statement: next }
          at = yield* standing(direction, order, yield* run(order))
          if (!isHere()) findings.violation(`${JSON.stringify(order)}: went on to ${at}`)
          count.killedBeforeStatements++
        }
        next -= own
        // later and later, until the revision is done
        const latest = (yield* Random.next) < kills / all.length ? Infinity : 0
        for (let delay = 0; delay < latest && isHere() && findings.violations.length === 0; delay += 5) {
          const order = { direction, commit: delay + (yield* Random.nextBetween(0, 5)) }
          at = yield* standing(direction, order, yield* run(order))
          count.killedInCommits++
          if (isHere()) count.commitsLost++
        }
        if (isHere()) {
          yield* findings.noFailure("a run after a kill")(
            Effect.provide(going(direction, direction === "up" ? "+1" : "-1"), databaseAt(place), { local: true })
          )
          at += direction === "up" ? 1 : -1
        }
        if (findings.violations.length > 0) return
        yield* onProgress((index + 1) / all.length / 2 + (direction === "up" ? 0 : 0.5))
      }
    })

    if (findings.violations.length === 0) yield* way("up", up)
    if (findings.violations.length === 0) yield* way("down", down)
    return { revisions: all.length, ...count, violations: findings.violations }
  },
  Effect.scoped
)

/** The states of a way up without kills, and how many statements each revision has, up and down. */
const learning = Effect.fnUntraced(function*(place: Place) {
  let statements = 0
  const passed = Effect.fnUntraced(function*(direction: Direction) {
    const states: Array<string> = []
    const counts: Array<number> = []
    while (counts.length < all.length) {
      states.push(yield* state)
      const begun = statements
      yield* going(direction, direction === "up" ? "+1" : "-1")
      counts.push(statements - begun)
    }
    return { states: [...states, yield* state], counts }
  })
  return yield* Effect.gen(function*() {
    const { states } = yield* passed("up")
    const { counts: down, states: back } = yield* passed("down")
    for (const [index, found] of back.toReversed().entries()) {
      if (found !== states[index]) {
        return yield* Effect.die(new Error(`back at ${index}: ${difference(found, states[index])}`))
      }
    }
    // the first time it has made the table of the history, too
    const { counts: up } = yield* passed("up")
    yield* going("down", "base")
    return { states, up, down }
  }).pipe(Effect.provide(databaseAt(place), { local: true }), Effect.withTracer(watching(() => statements++)))
})

/** Runs orders, each in a process of its own, which was started while the one before was at work; gives what it said. */
const processes = Effect.fnUntraced(function*(place: Place) {
  let next = start(place)
  yield* Effect.addFinalizer(() => Effect.sync(() => next.kill("SIGKILL")))
  return (order: Order) =>
    Effect.callback<ReadonlyArray<string>>((resume) => {
      const child = next
      next = start(place)
      const said: Array<string> = []
      createInterface(child.stdout).on("line", (line) => said.push(line))
      createInterface(child.stderr).on("line", (line) => said.push(line))
      child.once("close", () => resume(Effect.succeed(said)))
      child.stdin.end(`${JSON.stringify(order)}\n`)
      return Effect.sync(() => child.kill("SIGKILL"))
    })
})

const start = (place: Place) =>
  spawn(process.execPath, ["--conditions=andamios-source", program, JSON.stringify(place)], {
    env: { ...process.env, UV_THREADPOOL_SIZE: "8" },
    stdio: ["pipe", "pipe", "pipe"]
  })

const program = fileURLToPath(new URL("migrates.ts", import.meta.url))

/** The first line of a state that is another one. */
const difference = (found: string, wanted = "") => {
  const [lines, others] = [found.split("\n"), wanted.split("\n")]
  const index = lines.findIndex((line, at) => line !== others[at])
  return `"${lines[index] ?? ""}" instead of "${others[index === -1 ? lines.length : index] ?? ""}"`
}

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, number) => total + number, 0)
