/**
 * The schema and the queries as the users of Andamios ORM write them.
 */
import { type ColumnShape, queryFiles, type QueryShape, type SourceFile, tables, type TableShape } from "./schema.ts"

const fieldType = ({ kind }: ColumnShape): string => {
  switch (kind) {
    case "key":
      return "Column.primaryKey(Column.int32)"
    case "text":
      return "Schema.NonEmptyString"
    case "optional text":
      return "Schema.NullOr(Schema.String)"
    case "int":
      return "Column.int32"
    case "double":
      return "Schema.Number"
    case "boolean":
      return "Column.withDefault(Schema.Boolean, true)"
    case "instant":
      return "Column.timestamp"
    case "day":
      return "Column.date"
    case "bigint":
      return "Column.int64"
    case "choice":
      return `Schema.Literals(["new", "open", "done"])`
  }
}

const field = (column: ColumnShape): string => {
  const type = fieldType(column)
  return column.refersTo === undefined
    ? `  ${column.name}: ${type}`
    : `  ${column.name}: Column.references(${type}, () => Model${column.refersTo}, "id")`
}

/** Relations to its parents and children. */
const relations = ({ number, parents }: TableShape): string => {
  const one = parents.map(({ column, table }) =>
    `    ${column.replace("Id", "")}: Relation.belongsTo(() => Model${table}, { from: "${column}", to: "id" })`
  )
  const many = tables.flatMap((child) =>
    child.parents.filter(({ table }) => table === number).map(({ column }) =>
      `    ${
        column.replace("Id", "")
      }Of${child.number}: Relation.hasMany(() => Model${child.number}, { from: "id", to: "${column}" })`
    )
  )
  return `  static readonly relations = () => ({\n${[...one, ...many].join(",\n")}\n  })\n`
}

const neighbours = ({ number, parents }: TableShape): ReadonlyArray<number> => {
  const children = tables.filter((child) => child.parents.some(({ table }) => table === number))
  return [
    ...new Set([...parents.map(({ table }) => table), ...children.map((child) => child.number)])
  ]
}

const model = (table: TableShape): SourceFile => ({
  path: `model${table.number}.ts`,
  text: `import { Column, Model, Relation } from "andamios-orm"
import { Schema } from "effect"
${neighbours(table).map((other) => `import { Model${other} } from "./model${other}.ts"\n`).join("")}
export class Model${table.number} extends Model.Class<Model${table.number}>("Model${table.number}")({
${table.columns.map(field).join(",\n")}
}, { table: "table${table.number}" }) {
${relations(table)}}
`
})

const imports = `import { Query } from "andamios-orm"
import { DateTime, Effect } from "effect"
${tables.map(({ number }) => `import { Model${number} } from "./model${number}.ts"`).join("\n")}`

const query = ({ kind, number, table }: QueryShape): string => {
  const own = `own${table.number}`
  const main = `Model${table.number}`
  const [first, second] = table.parents.map((parent) => `Model${parent.table}`)
  const from = `Query.from(${main}, "main").join(${first}, "first", ({ first, main }) => first.id.eq(main.firstId))`
  const ending = (used: string) => `.pipe(Effect.map((rows) => rows.map((row) => ${used})))`
  const declared = `export const query${number} = `
  switch (kind) {
    case "filter, sort, a page":
      return `${declared}Query.from(${main})
  .where((row) => row.amount.gt(3).and(row.${own}.like("a%")))
  .orderBy((row) => [row.name.asc(), row.id.desc()]).limit(10).offset(20)
  ${ending(`row.name.length + row.${own}.length + DateTime.toEpochMillis(row.createdAt)`)}`
    case "some columns":
      return `${declared}Query.from(${main})
  .where((row) => row.active.eq(true))
  .select(({ amount, id, note, ${own} }) => ({ id, amount, note, ${own} }))
  ${ending(`(row.note ?? row.${own}).length + row.amount`)}`
    case "join of two, columns of both":
      return `${declared}${from}
  .where(({ first, main }) => main.rate.lte(first.rate))
  .select(({ first, main }) => ({ id: main.id, ${own}: main.${own}, parent: first.name, serial: first.serial }))
  ${ending(`row.parent.length + row.${own}.length + Number(row.serial)`)}`
    case "left join":
      return `${declared}Query.from(${main}, "main")
  .leftJoin(${second}, "second", ({ main, second }) => second.id.eq(main.secondId))
  .select(({ main, second }) => ({ id: main.id, status: main.status, parent: second.name, amount: second.amount }))
  ${ending(`(row.parent ?? row.status).length + (row.amount ?? 0)`)}`
    case "groups":
      return `${declared}Query.from(${main})
  .groupBy(({ status }) => ({ status }))
  .having(({ amount }) => Query.sum(amount).gt(10))
  .select(({ amount, createdAt }) => ({ rows: Query.count(), total: Query.sum(amount), last: Query.max(createdAt) }))
  .orderBy(({ total }) => total.desc())
  ${ending(`row.status.length + row.rows + (row.total ?? 0)`)}`
    case "groups of a join":
      return `${declared}${from}
  .groupBy(({ first }) => ({ name: first.name }))
  .select(({ main }) => ({ rows: Query.count(main.${own}), mean: Query.avg(main.rate) }))
  .orderBy(({ name, rows }) => [rows.desc(), name.asc()]).limit(5)
  ${ending(`row.name.length + row.rows + (row.mean ?? 0)`)}`
    case "join of three":
      return `${declared}${from}
  .join(${second}, "second", ({ main, second }) => second.id.eq(main.secondId))
  .where(({ first, second }) => first.status.eq("open").and(second.active.eq(true)))
  .select(({ first, main, second }) => ({ id: main.id, due: first.dueOn, note: second.note }))
  ${ending(`(row.note?.length ?? 0) + DateTime.toEpochMillis(row.due) + row.id`)}`
    case "or and lists":
      return `${declared}Query.from(${main})
  .where((row) => row.status.in(["new", "open"]).or(row.note.isNull()).or(row.amount.between(1, 5)))
  .orderBy((row) => row.dueOn.desc())
  ${ending(`row.status.length + row.id`)}`
  }
}

/** The files of the project. */
export const ours: ReadonlyArray<SourceFile> = [...tables.map(model), ...queryFiles(imports, query)]
