/**
 * Looks whether models that were just written want what the database has.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { pathToFileURL } from "node:url"
import { messageOf } from "../../model/messageOf.ts"
import { comparing } from "../../migration/comparing/desired.ts"
import { diff } from "../../migration/comparing/diff.ts"
import { described } from "../../migration/planning/planSteps.ts"
import { checkNames, keyNames } from "../../migration/comparing/partNames.ts"
import type { Unsaid } from "../../migration/pulling/renderModels.ts"
import type * as Model from "../../model/Model.ts"
import { Database } from "../../session/Database.ts"
import type { Operation } from "../../sql/operation.ts"
import { fullName, type Structure } from "../../sql/Structure.ts"
import { FileUnusable } from "../CommandError.ts"

/** What still differs: what can be ignored by its name, and what can't, in words. */
interface Remaining {
  readonly unsaid: ReadonlyArray<Unsaid>
  readonly others: ReadonlyArray<string>
}

/** What the models in a file differ in from the database. */
export const remaining = Effect.fnUntraced(function*(
  file: string,
  { enums, sequences, views }: Structure,
  ignore: ReadonlyArray<string>
) {
  const { dialect } = yield* Database
  const models = yield* modelsIn(file)
  const { live, wanted } = yield* comparing(models, { enums, sequences, views, ignore })
  const found = diff(live, wanted, { dialect }).map((operation) => ({
    name: ignorable(operation),
    reason: `models would ${described(operation)}`
  }))
  return {
    unsaid: found.flatMap(({ name, reason }) => name === undefined ? [] : [{ what: name, reason }]),
    others: found.flatMap(({ name, reason }) => name === undefined ? [reason] : [])
  } satisfies Remaining
})

const modelsIn = Effect.fnUntraced(function*(file: string) {
  const imported = yield* Effect.tryPromise({
    // what was imported before under this name is not what is there now
    try: (): Promise<unknown> => import(`${pathToFileURL(file).href}?pulled`),
    catch: (cause) => new FileUnusable({ file, reason: `What was written can't be imported: ${messageOf(cause)}` })
  })
  const models = Predicate.hasProperty(imported, "models") && Array.isArray(imported.models) ? imported.models : []
  return models.filter(isModel)
})

const isModel = (value: unknown): value is Model.Any =>
  typeof value === "function" && Predicate.hasProperty(value, "identifier")

/** The name that keeps an operation out of differences. */
const ignorable = (operation: Operation): string | undefined => {
  switch (operation._tag) {
    case "AddColumn":
    case "DropColumn":
      return `${fullName(operation.table)}.${operation.column.name}`
    case "ChangeColumn":
      return `${fullName(operation.table)}.${operation.to.name}`
    case "AddCheck":
    case "DropCheck":
      return `${fullName(operation.table)}.${checkNames(operation.check)[0]}`
    case "AddUnique":
    case "DropUnique":
    case "AddForeignKey":
    case "DropForeignKey":
      return `${fullName(operation.table)}.${keyNames(operation.key)[0]}`
    case "CreateIndex":
    case "DropIndex":
      return `${fullName(operation.table)}.${operation.index.name}`
    case "CreateTable":
    case "DropTable":
      return fullName(operation.table)
    case "CreateSchema":
    case "DropSchema":
    case "CreateEnum":
    case "DropEnum":
    case "ChangeEnum":
    case "CreateSequence":
    case "DropSequence":
    case "RenameTable":
    case "RenameColumn":
    case "AddPrimaryKey":
    case "DropPrimaryKey":
    case "Comment":
    case "Distribute":
    case "CreateView":
    case "DropView":
    case "Execute":
      return undefined
  }
}
