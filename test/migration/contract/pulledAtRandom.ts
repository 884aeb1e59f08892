/**
 * Models that are read from random databases compile, and want exactly what is there, but for what no model can say.
 */
import { assert, describe, it } from "@effect/vitest"
import type { Structure } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { join } from "node:path"
import { afterAll } from "vitest"
import { diff } from "../../../src/migration/comparing/diff.ts"
import { differences } from "../../../src/migration/comparing/differences.ts"
import { withViews } from "../../../src/migration/pulling/pull.ts"
import { renderModels } from "../../../src/migration/pulling/renderModels.ts"
import { Database as LiveDatabase } from "../../../src/session/Database.ts"
import { telling } from "../../../src/sql/asking.ts"
import { compileOperation } from "../../../src/sql/compileOperation.ts"
import type { Dialect } from "../../../src/sql/Dialect.ts"
import { nameIn } from "../../../src/sql/namesIn.ts"
import { empty, fullName } from "../../../src/sql/Structure.ts"
import type { Database } from "../../contract/Subject.ts"
import { compilerOutput, ignoredIn, importModels, projectDirectory, writeFiles } from "../modelFiles.ts"
import { inserts, structures } from "../randomStructure.ts"

const runs = 60

export const pulledAtRandom = (name: string, fresh: () => Database, dialect: Dialect) =>
  describe(`${name}: models of random databases`, () => {
    const scope = Scope.makeUnsafe()
    const directory = Effect.runSync(Scope.provide(projectDirectory, scope))
    afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
    let number = 0

    it.live.prop(
      "differ in nothing but what no model can say",
      { structure: structures(dialect) },
      ({ structure }) =>
        Effect.gen(function*() {
          const { execute } = yield* LiveDatabase
          const making = diff(empty, structure, { dialect }).flatMap((operation) =>
            compileOperation(operation, dialect)
          )
          for (const sql of [...making, ...inserts(structure, dialect, 3)]) yield* execute(telling(sql), undefined)
          const { structure: live, views } = yield* withViews()
          const pulled = renderModels(live, dialect, { views, oneFile: number % 2 === 0 })
          const models = join(directory, `${number++}`)
          writeFiles(models, pulled.files)
          const imported = yield* Effect.promise(() => importModels(models))
          const ignore = ignoredIn(imported.module)
          const { enums, sequences } = live
          const found = yield* differences(imported.models, { enums, sequences, views: live.views, ignore })
          assert.deepStrictEqual(found, [])
          assert.deepStrictEqual(ignore.toSorted(), unsayable(structure).toSorted())
        }).pipe(Effect.provide(fresh())),
      { arbitrary: { runs }, timeout: 300_000 }
    )

    it("compile, all of them", () => {
      assert.isAtLeast(number, runs)
      assert.strictEqual(compilerOutput(directory), "")
    }, 120_000)
  })

/** What no model can say of these structures. */
const unsayable = ({ tables }: Structure.Structure): ReadonlyArray<string> =>
  tables.flatMap((table) => {
    const names = table.columns.map((column) => nameIn(column.name))
    const indexes = table.indexes.filter(({ on, where }) =>
      where !== undefined || on.some((part) => typeof part !== "string" || !names.includes(part))
    )
    const numbered = table.columns.filter((column) => column.identity === true && table.primaryKey === undefined)
    return [...indexes, ...numbered].map((part) => `${fullName(table)}.${part.name}`)
  })
