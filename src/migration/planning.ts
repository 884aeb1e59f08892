/**
 * Plans how the steps of a revision are carried out on a database whose structure is known.
 *
 * @since 0.1.0
 */
import { compileOperation } from "../sql/compileOperation.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { evolve } from "../sql/evolve.ts"
import type { Operation } from "../sql/operation.ts"
import { fullName, type Place, type Structure } from "../sql/Structure.ts"
import { lossesOf } from "./losses.ts"
import type { Step } from "./Migration.ts"
import type { PlannedStep } from "./MigrationPlan.ts"

/** The steps as they will run, and the structure after them; it throws `Inexpressible` for what the database can't do. */
export const planSteps = <R>(
  steps: ReadonlyArray<Step<R>>,
  before: Structure,
  dialect: Dialect
): { readonly steps: ReadonlyArray<PlannedStep>; readonly after: Structure } => {
  const planned: Array<PlannedStep> = []
  let structure = before
  for (const step of steps) {
    if (step._tag === "Run") {
      planned.push({ what: step.name, operations: [], statements: [], rebuilds: [], lock: "none", losses: [] })
      continue
    }
    planned.push({
      what: described(step),
      operations: [step],
      statements: compileOperation(step, dialect),
      rebuilds: [],
      lock: "everything",
      losses: lossesOf(step, structure)
    })
    structure = evolve(structure, [step])
  }
  return { steps: planned, after: structure }
}

/** What an operation does, in words. */
export const described = (operation: Operation): string => {
  const of = (table: Place, name: string) => `${fullName(table)}.${name}`
  switch (operation._tag) {
    case "CreateSchema":
      return `create schema ${operation.schema.name}`
    case "DropSchema":
      return `drop schema ${operation.schema.name}`
    case "CreateEnum":
      return `create enum ${fullName(operation.enum)}`
    case "DropEnum":
      return `drop enum ${fullName(operation.enum)}`
    case "ChangeEnum":
      return `change enum ${fullName(operation.to)}`
    case "CreateSequence":
      return `create sequence ${fullName(operation.sequence)}`
    case "DropSequence":
      return `drop sequence ${fullName(operation.sequence)}`
    case "CreateTable":
      return `create table ${fullName(operation.table)}`
    case "DropTable":
      return `drop table ${fullName(operation.table)}`
    case "RenameTable":
      return `rename table ${fullName(operation.table)} to ${operation.to}`
    case "AddColumn":
      return `add column ${of(operation.table, operation.column.name)}`
    case "DropColumn":
      return `drop column ${of(operation.table, operation.column.name)}`
    case "RenameColumn":
      return `rename column ${of(operation.table, operation.from)} to ${operation.to}`
    case "ChangeColumn":
      return `change column ${of(operation.table, operation.to.name)}`
    case "AddPrimaryKey":
      return `add primary key ${fullName(operation.table)} (${operation.key.columns.join(", ")})`
    case "DropPrimaryKey":
      return `drop primary key ${fullName(operation.table)} (${operation.key.columns.join(", ")})`
    case "AddUnique":
      return `add unique key ${fullName(operation.table)} (${operation.key.columns.join(", ")})`
    case "DropUnique":
      return `drop unique key ${fullName(operation.table)} (${operation.key.columns.join(", ")})`
    case "AddCheck":
      return `add check ${of(operation.table, operation.check.name ?? "")}`
    case "DropCheck":
      return `drop check ${of(operation.table, operation.check.name ?? "")}`
    case "AddForeignKey":
      return `add foreign key ${fullName(operation.table)} (${operation.key.columns.join(", ")})`
    case "DropForeignKey":
      return `drop foreign key ${fullName(operation.table)} (${operation.key.columns.join(", ")})`
    case "CreateIndex":
      return `create index ${operation.index.name}`
    case "DropIndex":
      return `drop index ${operation.index.name}`
    case "Comment":
      return `comment on ${
        operation.column === undefined ? fullName(operation.table) : of(operation.table, operation.column)
      }`
    case "CreateView":
      return `create view ${fullName(operation.view)}`
    case "DropView":
      return `drop view ${fullName(operation.view)}`
    case "Execute":
      return "run SQL"
  }
}
