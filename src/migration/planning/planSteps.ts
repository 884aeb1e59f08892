/**
 * Plans how the steps of a revision are carried out on a database whose structure is known.
 *
 * @since 0.1.0
 */
import { compileOperation } from "../../sql/compileOperation.ts"
import type { Around, Dialect } from "../../sql/Dialect.ts"
import { evolve } from "../../sql/evolve.ts"
import type { Operation } from "../../sql/operation.ts"
import {
  at,
  type DistributionStructure,
  fullName,
  isSamePlace,
  type Place,
  type Structure
} from "../../sql/Structure.ts"
import { lossesOf } from "../proving/losses.ts"
import type { Step } from "../Migration.ts"
import type { PlannedStep } from "../MigrationPlan.ts"
import { rebuildTables } from "./rebuild.ts"
import { rebuilt, type Track } from "./segment.ts"

/**
 * The steps as they will run, and the structure after them; it throws `Inexpressible` for what the database can't do. `isWritten` says
 * that the transaction may have changed rows before, which keeps some databases from altering their tables.
 */
export const planSteps = <R>(
  steps: ReadonlyArray<Step<R>>,
  before: Structure,
  dialect: Dialect,
  isWritten = false
): { readonly steps: ReadonlyArray<PlannedStep>; readonly after: Structure } => {
  const planned: Array<PlannedStep> = []
  let structure = before
  let waiting: Array<Operation> = []
  let written = isWritten
  const planWaiting = (following: ReadonlyArray<Step<R>>) => {
    planned.push(...planOperations(waiting, { before: structure, following }, dialect, written))
    structure = evolve(structure, waiting)
    waiting = []
  }
  steps.forEach((step, index) => {
    if (step._tag !== "Run" && step._tag !== "Execute") {
      waiting.push(step)
      return
    }
    planWaiting(steps.slice(index))
    planned.push(
      step._tag === "Run"
        ? { what: step.name, operations: [], statements: [], rebuilds: [], lock: "none", losses: [] }
        : inPlace(step, { before: structure, following: steps.slice(index + 1) }, dialect)
    )
    written = true
  })
  planWaiting([])
  return { steps: planned, after: structure }
}

/** Operations between two changes of rows: in their order, but for tables that are made anew, once each, by all that is done to them. */
const planOperations = (
  operations: ReadonlyArray<Operation>,
  { before, following }: Around,
  dialect: Dialect,
  isWritten: boolean
): ReadonlyArray<PlannedStep> => {
  const { rebuild } = dialect
  const tracks = rebuild === undefined ? [] : rebuilt(operations, before, isWritten, rebuild)
  const moments = operations.map((operation, index) => ({
    operation,
    around: {
      before: evolve(before, operations.slice(0, index)),
      following: [...operations.slice(index + 1), ...following]
    }
  }))
  if (rebuild === undefined || tracks.length === 0) {
    return [
      ...moments.map(({ around, operation }) => inPlace(operation, around, dialect)),
      ...(rebuild === undefined ? [] : followingViews(operations, before, dialect))
    ]
  }
  const absorbed = moments.filter(({ operation }) =>
    operation._tag !== "ChangeEnum" && tracks.some((track) => track.operations.includes(operation))
  )
  const others = moments.filter((moment) => !absorbed.includes(moment))
  const isLate = ({ operation }: { readonly operation: Operation }) => comesLate(operation, operations)
  const planned = (some: typeof moments) => some.map(({ around, operation }) => inPlace(operation, around, dialect))
  return [
    ...planned(others.filter((moment) => !isLate(moment))),
    {
      what: absorbed.length === 0
        ? `rebuild ${rebuiltNames(tracks).join(", ")}`
        : absorbed.map(({ operation }) => described(operation)).join(", "),
      operations: absorbed.map(({ operation }) => operation),
      statements: rebuildTables(tracks, dialect, rebuild),
      rebuilds: rebuiltNames(tracks),
      lock: "everything",
      losses: absorbed.flatMap(({ around, operation }) => lossesOf(operation, around.before))
    },
    ...followingViews(operations, before, dialect),
    ...planned(others.filter(isLate))
  ]
}

/** Where views don't follow a table under its new name by themselves, those that read it are made again. */
const followingViews = (
  operations: ReadonlyArray<Operation>,
  before: Structure,
  dialect: Dialect
): ReadonlyArray<PlannedStep> => {
  const { views } = evolve(before, operations)
  return before.views.flatMap((view) => {
    const after = at(views, view)
    const isTold = operations.some((one) => one._tag === "DropView" && isSamePlace(one.view, view))
    if (after === undefined || isTold || JSON.stringify(after.sql) === JSON.stringify(view.sql)) return []
    return [
      inPlace({ _tag: "DropView", view }, { before, following: [] }, dialect),
      inPlace({ _tag: "CreateView", view: after }, { before, following: [] }, dialect)
    ]
  })
}

const rebuiltNames = (tracks: ReadonlyArray<Track>): ReadonlyArray<string> =>
  tracks.flatMap(({ from, to }) => from === undefined || to === undefined ? [] : [fullName(to)])

/** Whether it waits for the tables that are made anew: what reads them, and what they let go of. */
const comesLate = (operation: Operation, operations: ReadonlyArray<Operation>): boolean => {
  if (operation._tag === "DropEnum") {
    return !operations.some((other) => other._tag === "CreateEnum" && isSamePlace(other.enum, operation.enum))
  }
  if (operation._tag === "DropSequence") {
    return !operations.some(
      (other) => other._tag === "CreateSequence" && isSamePlace(other.sequence, operation.sequence)
    )
  }
  return operation._tag === "CreateView" || operation._tag === "DropSchema"
}

const inPlace = (operation: Operation, around: Around, dialect: Dialect): PlannedStep => ({
  what: described(operation),
  operations: [operation],
  statements: compileOperation(operation, dialect, around),
  rebuilds: [],
  lock: dialect.alterations.lock(operation, around),
  losses: lossesOf(operation, around.before)
})

const spread = (distribution: DistributionStructure | undefined): string => {
  if (distribution === undefined) return "to one server alone"
  return distribution === "reference" ? "to all servers" : `by ${distribution.by}`
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
    case "Distribute":
      return `distribute ${fullName(operation.table)} ${spread(operation.to)}`
    case "CreateView":
      return `create view ${fullName(operation.view)}`
    case "DropView":
      return `drop view ${fullName(operation.view)}`
    case "Execute":
      return "run SQL"
  }
}
