/**
 * Steps of units of work at random, and what a plain model says that they leave behind: folders in folders, with a version, and notes
 * in them, which are deleted softly.
 */
import { Column, Mixin, Model } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

export class Folder extends Model.Class<Folder>("Folder")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String,
  parent: Column.references(Schema.NullOr(Column.int32), (): Model.Any => Folder, "id"),
  ...Mixin.version
}, { table: "random_work_folders" }) {}

export class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Column.int32),
  folder: Column.references(Column.int32, () => Folder, "id"),
  text: Schema.String,
  ...Mixin.timestamps,
  ...Mixin.softDelete
}, { table: "random_work_notes" }) {}

const id = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))
const name = Schema.Literals(["a", "b", "c"])

const Step = Schema.Union([
  Schema.TaggedStruct("AddFolder", { id, name, parent: Schema.NullOr(id) }),
  Schema.TaggedStruct("AddNote", { id, folder: id, text: name }),
  Schema.TaggedStruct("Rename", { id, name }),
  Schema.TaggedStruct("Rewrite", { id, text: name }),
  Schema.TaggedStruct("Move", { id, folder: id }),
  Schema.TaggedStruct("RemoveFolder", { id }),
  Schema.TaggedStruct("RemoveNote", { id }),
  Schema.TaggedStruct("Flush", {}),
  Schema.TaggedStruct("Query", {}),
  Schema.TaggedStruct("Refresh", { id })
])
export type Step = typeof Step.Type

export const Part = Schema.Struct({
  /** How the steps are run: as they are, or in a nested transaction that succeeds, fails or is undone by an interrupt. */
  nested: Schema.Literals(["no", "no", "succeeds", "fails", "dies"]),
  steps: Schema.Array(Step).check(Schema.isMinLength(3))
})
export type Part = typeof Part.Type

interface FolderRow {
  readonly id: number
  readonly name: string
  readonly parent: number | null
  readonly version: number
}

interface NoteRow {
  readonly id: number
  readonly folder: number
  readonly text: string
  readonly deleted: boolean
}

/** What is stored. */
export interface State {
  readonly folders: ReadonlyMap<number, FolderRow>
  readonly notes: ReadonlyMap<number, NoteRow>
  /** Where that matters: folders that others referred to which this unit of work has moved or removed; it can't remove them. */
  readonly freed: ReadonlySet<number> | undefined
}

/** Nothing yet; DuckDB minds what was referred to, see `Dialect.features`. */
export const nothing = ({ freesRows }: { readonly freesRows: boolean }): State => ({
  folders: new Map(),
  notes: new Map(),
  freed: freesRows ? undefined : new Set()
})

/** What a unit of work begins with that follows another one. */
export const begun = (state: State): State => ({ ...state, freed: state.freed && new Set() })

const freeing = ({ freed }: State, folder: number | null) =>
  freed === undefined || folder === null ? freed : new Set([...freed, folder])

/** A step as it is expected to leave things, or nothing where it makes no sense and is left out. */
export const expected = (step: Step, state: State): State | undefined => {
  const { folders, freed, notes } = state
  const without = <A>(rows: ReadonlyMap<number, A>, key: number) => new Map([...rows].filter(([at]) => at !== key))
  switch (step._tag) {
    case "AddFolder": {
      const isRooted = step.parent === null || folders.has(step.parent)
      if (folders.has(step.id) || !isRooted) return undefined
      const { _tag, ...row } = step
      return { ...state, folders: new Map([...folders, [row.id, { ...row, version: 1 }]]) }
    }
    case "AddNote": {
      if (notes.has(step.id) || !folders.has(step.folder)) return undefined
      const { _tag, ...row } = step
      return { ...state, notes: new Map([...notes, [row.id, { ...row, deleted: false }]]) }
    }
    case "Rename": {
      const folder = folders.get(step.id)
      return folder && { ...state, folders: new Map([...folders, [step.id, { ...folder, name: step.name }]]) }
    }
    case "Rewrite": {
      const note = notes.get(step.id)
      if (note === undefined || note.deleted) return undefined
      return { ...state, notes: new Map([...notes, [step.id, { ...note, text: step.text }]]) }
    }
    case "Move": {
      const note = notes.get(step.id)
      if (note === undefined || note.deleted || !folders.has(step.folder)) return undefined
      return {
        folders,
        notes: new Map([...notes, [step.id, { ...note, folder: step.folder }]]),
        freed: freeing(state, note.folder)
      }
    }
    case "RemoveFolder": {
      const isReferredTo = [...folders.values()].some(({ parent }) => parent === step.id) ||
        [...notes.values()].some(({ folder }) => folder === step.id)
      const folder = folders.get(step.id)
      if (folder === undefined || isReferredTo || freed?.has(step.id)) return undefined
      return { notes, folders: without(folders, step.id), freed: freeing(state, folder.parent) }
    }
    case "RemoveNote": {
      const note = notes.get(step.id)
      if (note === undefined || note.deleted) return undefined
      return { ...state, notes: new Map([...notes, [step.id, { ...note, deleted: true }]]) }
    }
    case "Flush":
    case "Query":
    case "Refresh":
      return state
  }
}

/** What a unit of work does. */
export const parts = Arbitrary.array(Arbitrary.schema(Part), { minLength: 1, maxLength: 6 })

/** What a unit of work may begin with, so that what follows it meets rows: three folders and their notes. */
export const filling: ReadonlyArray<Part> = [{
  nested: "no",
  steps: [
    { _tag: "AddFolder", id: 0, name: "a", parent: null },
    { _tag: "AddFolder", id: 1, name: "b", parent: 0 },
    { _tag: "AddFolder", id: 2, name: "c", parent: 0 },
    { _tag: "AddNote", id: 0, folder: 0, text: "a" },
    { _tag: "AddNote", id: 1, folder: 1, text: "b" }
  ]
}]

/** What a unit of work may end with, so that much is written at its end: inserts in both tables, and changes. */
export const ending: ReadonlyArray<Part> = [{
  nested: "no",
  steps: [
    { _tag: "AddFolder", id: 8, name: "a", parent: null },
    { _tag: "AddFolder", id: 9, name: "b", parent: 8 },
    { _tag: "AddNote", id: 9, folder: 9, text: "c" },
    { _tag: "Rename", id: 0, name: "b" },
    { _tag: "Move", id: 0, folder: 8 },
    { _tag: "Rewrite", id: 1, text: "a" }
  ]
}]

/** The rows of both tables as they are told, without what time and chance add. */
export type Told = ReadonlyArray<ReadonlyArray<ReadonlyArray<unknown>>>

/** A state as it is told. */
export const told = ({ folders, notes }: State): Told => [
  [...folders.values()].map((row) => [row.id, row.name, row.parent]).toSorted(byKey),
  [...notes.values()].map((row) => [row.id, row.folder, row.text, row.deleted]).toSorted(byKey)
]

const byKey = ([one]: ReadonlyArray<unknown>, [other]: ReadonlyArray<unknown>) => Number(one) - Number(other)
