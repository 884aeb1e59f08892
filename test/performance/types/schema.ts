/**
 * A made-up schema of sixty tables, of which each but the first few refers to two before it, and two hundred queries on it: the same
 * for all who write them in types of their own.
 */

/** The type of a column, by what it means. */
export type Kind =
  | "key"
  | "text"
  | "optional text"
  | "int"
  | "double"
  | "boolean"
  | "instant"
  | "day"
  | "bigint"
  | "choice"

/** A column; a reference has the number of the table that it refers to. */
export interface ColumnShape {
  readonly name: string
  readonly kind: Kind
  readonly refersTo?: number
}

/** A table. */
export interface TableShape {
  readonly number: number
  readonly columns: ReadonlyArray<ColumnShape>
  /** The tables that it refers to, by the column that does. */
  readonly parents: ReadonlyArray<{ readonly column: string; readonly table: number }>
}

/** A query, by what it does: one line of the table below. */
export interface QueryShape {
  readonly number: number
  readonly kind: (typeof kinds)[number]
  readonly table: TableShape
}

const kinds = [
  "filter, sort, a page",
  "some columns",
  "join of two, columns of both",
  "left join",
  "groups",
  "groups of a join",
  "join of three",
  "or and lists"
] as const

const ordinary: ReadonlyArray<ColumnShape> = [
  { name: "name", kind: "text" },
  { name: "note", kind: "optional text" },
  { name: "amount", kind: "int" },
  { name: "rate", kind: "double" },
  { name: "active", kind: "boolean" },
  { name: "createdAt", kind: "instant" },
  { name: "dueOn", kind: "day" },
  { name: "serial", kind: "bigint" },
  { name: "status", kind: "choice" }
]

const tableShape = (number: number): TableShape => {
  const parents = number < 2
    ? []
    : [{ column: "firstId", table: number - 1 }, { column: "secondId", table: Math.floor(number / 2) }]
  return {
    number,
    parents,
    columns: [
      { name: "id", kind: "key" },
      ...parents.map(({ column, table }): ColumnShape => ({ name: column, kind: "int", refersTo: table })),
      // no two tables have the same columns
      ...ordinary,
      { name: `own${number}`, kind: "text" }
    ]
  }
}

/** The tables, numbered from 0. */
export const tables: ReadonlyArray<TableShape> = Array.from({ length: 60 }, (_, number) => tableShape(number))

const withParents = tables.filter(({ parents }) => parents.length > 0)

/** The queries. */
export const queries: ReadonlyArray<QueryShape> = Array.from({ length: 200 }, (_, number) => {
  const kind = kinds[number % kinds.length] ?? kinds[0]
  const table = withParents[number * 7 % withParents.length]
  if (table === undefined) throw new Error("there are tables with parents")
  return { number, kind, table }
})

/** A file of a project. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** Queries in files of ten, each with the same first lines. */
export const queryFiles = (first: string, write: (query: QueryShape) => string): ReadonlyArray<SourceFile> =>
  Array.from({ length: queries.length / 10 }, (_, file) => ({
    path: `queries${file}.ts`,
    text: [first, ...queries.slice(file * 10, file * 10 + 10).map(write)].join("\n\n")
  }))
