/**
 * Whatever graph revisions of Alembic make, we see in it what Alembic sees.
 */
import { assert, describe, it } from "@effect/vitest"
import { Alembic } from "andamios-orm"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { readGraph } from "../../src/migration/alembic/directory.ts"
import { headsOf, versionsOf, withAncestors, withoutDescendants } from "../../src/migration/alembic/graph.ts"
import { program, python, unlessThere, writeRevisions, type Written } from "../alembic.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

/** What Alembic tells of one directory. */
const Told = Schema.Array(Schema.Struct({
  heads: Schema.Array(Schema.String),
  order: Schema.Array(Schema.String),
  ancestors: Schema.Record(Schema.String, Schema.Array(Schema.String)),
  commands: Schema.Array(Schema.Struct({
    direction: Schema.Literals(["up", "down"]),
    steps: Schema.Array(Schema.Struct({ id: Schema.String, versions: Schema.Array(Schema.String) }))
  }))
}))

const some = Effect.fnUntraced(function*<A>(most: number, of: ReadonlyArray<A>) {
  const shuffled = yield* Random.shuffle(of)
  return [...shuffled].slice(0, yield* Random.nextIntBetween(0, most))
})

/** Revisions that follow, merge and depend on earlier ones, some of them by label. */
const randomRevisions = Effect.gen(function*() {
  const revisions: Array<Written> = []
  const count = yield* Random.nextIntBetween(1, 14)
  for (let number = 1; number <= count; number++) {
    const parents = yield* some(2, revisions.map(({ id }) => id))
    const merged = yield* some(2, revisions.map(({ id }) => id).filter((id) => !parents.includes(id)))
    const names = revisions.flatMap(({ id, labels = [] }) => [id, ...labels])
    revisions.push({
      id: `r${String(number).padStart(2, "0")}`,
      parents: [...parents, ...merged],
      labels: (yield* some(3, ["left", "right"])).map((label) => `${label}${number}`),
      dependsOn: yield* some(2, names)
    })
  }
  return revisions
})

const randomCommands = Effect.fnUntraced(function*(revisions: ReadonlyArray<Written>) {
  const targets = revisions.map(({ id }) => id)
  const commands: Array<readonly [string, string]> = []
  for (let number = 0; number < 8; number++) {
    const target = (yield* Random.shuffle([...targets, "end"]))[0] ?? "end"
    const direction = (yield* Random.nextBoolean) ? "up" : "down"
    commands.push([direction, target === "end" ? { up: "heads", down: "base" }[direction] : target])
  }
  return commands
})

const sorted = (ids: Iterable<string>) => [...ids].toSorted()

const projects = 200

describe(`graphs of Alembic${unlessThere}`, () => {
  const effect = program === undefined ? it.effect.skip : it.effect

  effect(
    "have the same heads, the same ancestors, and the same versions after each step of an upgrade or a downgrade",
    () =>
      Effect.gen(function*() {
        const root = yield* temporaryDirectory
        const given = yield* Effect.forEach(
          Arr.range(1, projects),
          Effect.fnUntraced(function*(number) {
            const revisions = yield* randomRevisions
            const directory = join(root, String(number))
            writeRevisions(join(directory, "versions"), revisions)
            return { directory, commands: yield* randomCommands(revisions) }
          })
        )
        const printed = execFileSync(python, [join(import.meta.dirname, "alembicGraphs.py")], {
          input: JSON.stringify(given),
          encoding: "utf8"
        })
        const told = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Told))(printed)
        assert.lengthOf(told, projects)
        let steps = 0
        for (const [index, { ancestors, commands, heads, order }] of told.entries()) {
          const directory = given[index]?.directory ?? root
          const graph = yield* readGraph([join(directory, "versions")])
          assert.deepStrictEqual(sorted(headsOf(graph)), heads, directory)
          assert.deepStrictEqual(sorted(graph.keys()), sorted(order))
          for (const [id, expected] of Object.entries(ancestors)) {
            assert.deepStrictEqual(sorted(withAncestors(graph, [id])), expected, id)
          }
          let applied: ReadonlySet<string> = new Set()
          for (const { direction, steps: taken } of commands) {
            for (const { id, versions } of taken) {
              applied = direction === "up" ? new Set([...applied, id]) : withoutDescendants(graph, applied, id)
              const seen = withAncestors(graph, versions)
              assert.deepStrictEqual(sorted(seen), sorted(applied), `${directory}: ${direction} ${id}`)
              // Alembic may name a revision that another version implies; we never do
              assert.deepStrictEqual(sorted(versionsOf(graph, applied)), sorted(versionsOf(graph, seen)))
              assert.includeMembers([...versions], [...versionsOf(graph, applied)])
              steps++
            }
          }
          const nodes = yield* Alembic.revisions({ directory })
          assert.deepStrictEqual(nodes.map(({ id }) => id), [...graph.keys()])
        }
        assert.isAbove(steps, projects)
      }).pipe(Random.withSeed("Alembic")),
    { timeout: 60_000 }
  )
})
