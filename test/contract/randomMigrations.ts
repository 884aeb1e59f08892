/**
 * Random graphs of revisions, gone up and down at random: the database has what a set of ids says, whatever the way there.
 */
import { assert, layer } from "@effect/vitest"
import { Migration, Migrator } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { emptied, ids, losing, migrating, recorded, tables } from "./migrationRuns.ts"
import type { Database } from "./Subject.ts"

const some = Effect.fnUntraced(function*(from: ReadonlyArray<string>, most: number) {
  const shuffled = yield* Random.shuffle(from)
  return [...shuffled].slice(0, yield* Random.nextIntBetween(0, most))
})

/** A graph in which each revision follows up to two others, and now and then depends on one. */
const graph = Effect.gen(function*() {
  const revisions: Array<Migration.Revision> = []
  const count = yield* Random.nextIntBetween(1, 10)
  for (let number = 0; number < count; number++) {
    const known = ids(revisions)
    const parents = yield* some(known, 2)
    const dependsOn = (yield* some(known, 1)).filter((id) => !parents.includes(id))
    const table = `mig_r${number}`
    revisions.push(Migration.make({
      id: `r${number}`,
      parents,
      dependsOn,
      up: [Migration.execute(`CREATE TABLE IF NOT EXISTS ${table} (id INTEGER)`, `DROP TABLE IF EXISTS ${table}`)]
    }))
  }
  return [...yield* Random.shuffle(revisions)]
})

/** A revision with all that it needs, looked up one by one. */
const needsOf = (revisions: ReadonlyArray<Migration.Revision>, id: string): ReadonlySet<string> => {
  const { dependsOn = [], parents = [] } = revisions.find((revision) => revision.id === id) ?? {}
  return new Set([id, ...[...parents, ...dependsOn].flatMap((one) => [...needsOf(revisions, one)])])
}

const round = Effect.gen(function*() {
  yield* emptied
  const revisions = yield* graph
  const needs = new Map(revisions.map(({ id }) => [id, needsOf(revisions, id)]))
  const needsFrom = (id: string) => needs.get(id) ?? new Set<string>()
  let has = new Set<string>()
  const made = new Set<string>()
  const story: Array<string> = []

  /** What was run is in an order in which nothing is without what it needs at any time. */
  const ran = (done: ReadonlyArray<Migrator.Done>) => {
    for (const { direction, id } of done) {
      if (direction === "up") {
        has.add(id)
        made.add(id)
      } else {
        has.delete(id)
        made.delete(id)
      }
      for (const one of has) {
        assert.isTrue([...needsFrom(one)].every((needed) => has.has(needed)), `${one} lacks one: ${story.join(", ")}`)
      }
    }
  }

  yield* Effect.gen(function*() {
    for (let step = 0; step < 8; step++) {
      const target = (yield* Random.shuffle(ids(revisions)))[0] ?? ""
      const kind = (yield* Random.shuffle(["up", "up", "to", "down", "back", "stamp", "heads"] as const))[0]
      story.push(`${kind} ${target}`)
      const before = new Set(has)
      switch (kind ?? "heads") {
        case "up":
          ran(yield* Migrator.up(target))
          assert.deepStrictEqual(has, new Set([...before, ...needsFrom(target)]))
          break
        case "heads":
          ran(yield* Migrator.up())
          assert.strictEqual(has.size, revisions.length)
          break
        case "to":
          ran(yield* Migrator.to(target, losing))
          assert.deepStrictEqual([...has].toSorted(), [...needsFrom(target)].toSorted())
          break
        case "down": {
          if (!has.has(target)) break
          ran(yield* Migrator.down(target, losing))
          const left = [...before].filter((id) => id === target || !needsFrom(id).has(target))
          assert.deepStrictEqual([...has].toSorted(), left.toSorted())
          break
        }
        case "back":
          if (has.size === 0) break
          ran(yield* Migrator.down(undefined, losing))
          assert.strictEqual(has.size, before.size - 1)
          break
        case "stamp":
          yield* Migrator.stamp([target])
          has = new Set([...has, ...needsFrom(target)])
          break
      }
      if (has.size > 0) assert.deepStrictEqual((yield* recorded).toSorted(), [...has].toSorted(), story.join(", "))
      assert.deepStrictEqual(yield* tables, [...made].toSorted(), story.join(", "))
    }
  }).pipe(migrating(revisions))
})

export const randomMigrations = (name: string, database: Database) =>
  layer(database, { timeout: "120 seconds" })(`${name}: random migrations`, (it) => {
    it.effect.each(Array.from({ length: 12 }, (_, seed) => seed))(
      "have what was asked for, and never anything without what it needs: %i",
      (seed) => round.pipe(Random.withSeed(`migrations ${seed}`)),
      { timeout: 60_000 }
    )
  })
