/**
 * What operations make of each table, and which tables they need to be made anew.
 *
 * @since 0.1.0
 */
import { Inexpressible } from "../../sql/compilation.ts"
import type { Rebuilding } from "../../sql/Dialect.ts"
import { evolve, tableAt } from "../../sql/evolve.ts"
import type { Operation, TableOperation } from "../../sql/operation.ts"
import {
  type EnumStructure,
  fullName,
  isSamePlace,
  type Place,
  type Structure,
  type TableStructure
} from "../../sql/Structure.ts"

/** A table under way: what it was, what it becomes, and by which operations. */
export interface Track {
  /** Undefined where it is created. */
  readonly from: TableStructure | undefined
  /** Undefined where it is dropped. */
  readonly to: TableStructure | undefined
  readonly operations: ReadonlyArray<Operation>
}

/** The tracks of the tables that have to be made anew, or created or dropped along with these; none where all goes in place. */
export const rebuilt = (
  operations: ReadonlyArray<Operation>,
  before: Structure,
  isWritten: boolean,
  rebuild: Rebuilding
): ReadonlyArray<Track> => {
  const tracks = tracksOf(operations, before, isWritten, rebuild)
  return joined(tracks.filter(({ isRebuilt }) => isRebuilt), tracks)
}

/** The tracks, and those that can't stay as they are while these are made anew. */
const joined = (chosen: ReadonlyArray<Track>, tracks: ReadonlyArray<Track>): ReadonlyArray<Track> => {
  const more = tracks.filter((track) => chosen.includes(track) || chosen.some((one) => isTied(track, one)))
  return more.length === chosen.length ? chosen : joined(more, tracks)
}

/** Whether a table refers to one that is made anew, has to outlive it, or waits for its name. */
const isTied = (track: Track, made: Track): boolean =>
  refers(track.from, made.from) || refers(track.to, made.to) ||
  (track.to === undefined && refers(made.from, track.from)) ||
  (track !== made && track.to !== undefined && made.from !== undefined && takesName(track.to, made.from))

/** Whether a table, or an index of it, is called as one of the other is, or was. */
const takesName = (table: TableStructure, other: TableStructure): boolean =>
  isSamePlace(table, other) ||
  (table.schema === other.schema &&
    table.indexes.some(({ name }) => other.indexes.some((index) => index.name === name)))

const refers = (table: TableStructure | undefined, other: Place | undefined): boolean =>
  table !== undefined && other !== undefined && table.foreignKeys.some((key) => isSamePlace(key.references, other))

interface Open {
  readonly from: TableStructure | undefined
  place: Place | undefined
  isRebuilt: boolean
  readonly operations: Array<Operation>
}

const tracksOf = (
  operations: ReadonlyArray<Operation>,
  before: Structure,
  isWritten: boolean,
  rebuild: Rebuilding
): ReadonlyArray<Track & { readonly isRebuilt: boolean }> => {
  const open = before.tables.map((from): Open => ({ from, place: from, isRebuilt: false, operations: [] }))
  let structure = before
  for (const operation of operations) {
    if (operation._tag === "ChangeEnum") {
      refuseTwin(structure, operation.from, rebuild)
      for (const track of open) {
        if (!holds(tableOf(structure, track.place), operation.from, rebuild)) continue
        track.isRebuilt = true
        track.operations.push(operation)
      }
    } else if (operation._tag === "CreateTable") {
      open.push({ from: undefined, place: operation.table, isRebuilt: false, operations: [operation] })
    } else if ("table" in operation) {
      const track = open.find(({ place }) => place !== undefined && isSamePlace(place, operation.table))
      const table = tableOf(structure, operation.table)
      if (track !== undefined && table !== undefined) {
        const isHeld = isHeldIn(before, track.from) || isHeldIn(structure, table)
        const around = { table, isHeld, isWritten: isWritten && track.from !== undefined }
        track.isRebuilt ||= !rebuild.inPlace(operation, around)
        track.operations.push(operation)
        track.place = placeAfter(operation)
      }
    }
    structure = evolve(structure, [operation])
  }
  return open.map(({ place, ...track }) => ({ ...track, to: tableOf(structure, place) }))
}

/** Whether what is around a table in a structure needs it as it is. */
const isHeldIn = ({ tables }: Structure, table: TableStructure | undefined): boolean =>
  table !== undefined && (table.indexes.length > 0 || tables.some((other) => refers(other, table)))

const tableOf = (structure: Structure, place: Place | undefined): TableStructure | undefined =>
  place === undefined ? undefined : tableAt(structure, place)

const placeAfter = (operation: TableOperation): Place | undefined => {
  if (operation._tag === "DropTable") return undefined
  return operation._tag === "RenameTable" ? { ...operation.table, name: operation.to } : operation.table
}

const holds = (table: TableStructure | undefined, type: EnumStructure, rebuild: Rebuilding): boolean =>
  table !== undefined && table.columns.some((column) => rebuild.holdsEnum(column.type, type))

/** Where a column knows its enum by the values alone, nobody can tell which of two with the same values it is of. */
const refuseTwin = ({ enums, tables }: Structure, type: EnumStructure, rebuild: Rebuilding): void => {
  const twins = enums.filter(({ values }) => values.join("\0") === type.values.join("\0"))
  const isHeld = tables.some((table) => twins.some((twin) => holds(table, twin, rebuild)))
  if (twins.length < 2 || !isHeld) return
  throw new Inexpressible(
    `a change of the enum ${fullName(type)}, whose values are also those of ` +
      `${
        twins.filter((twin) => !isSamePlace(twin, type)).map(fullName).join(", ")
      }, so that columns of both look alike`,
    "Give the other one a value of its own by SQL, or change the columns to texts and back."
  )
}
