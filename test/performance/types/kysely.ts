/**
 * The schema and the queries as the users of Kysely write them.
 */
import { type ColumnShape, queryFiles, type QueryShape, type SourceFile, tables, type TableShape } from "./schema.ts"

const columnType = ({ kind }: ColumnShape): string => {
  switch (kind) {
    case "key":
    case "int":
    case "double":
      return "number"
    case "text":
      return "string"
    case "optional text":
      return "string | null"
    case "boolean":
      return "Generated<boolean>"
    case "instant":
    case "day":
      return "Date"
    case "bigint":
      return "bigint"
    case "choice":
      return `"new" | "open" | "done"`
  }
}

const table = ({ columns, number }: TableShape): SourceFile => ({
  path: `table${number}.ts`,
  text: `import type { Generated } from "kysely"

export interface Table${number} {
${columns.map((column) => `  ${column.name}: ${columnType(column)}`).join("\n")}
}
`
})

const database: SourceFile = {
  path: "database.ts",
  text: `import type { Kysely } from "kysely"
${tables.map(({ number }) => `import type { Table${number} } from "./table${number}.ts"`).join("\n")}

export interface Database {
${tables.map(({ number }) => `  table${number}: Table${number}`).join("\n")}
}

export declare const db: Kysely<Database>
`
}

const imports = `import { db } from "./database.ts"`

const query = ({ kind, number, table: { number: main, parents } }: QueryShape): string => {
  const own = `own${main}`
  const [first, second] = parents.map((parent) => `table${parent.table}`)
  const from = `db.selectFrom("table${main} as main").innerJoin("${first} as first", "first.id", "main.firstId")`
  const declared = (built: string, used: string) =>
    `export const query${number} = async () => {
  const rows = await ${built}
    .execute()
  return rows.map((row) => ${used})
}`
  switch (kind) {
    case "filter, sort, a page":
      return declared(
        `db.selectFrom("table${main}").selectAll()
    .where("amount", ">", 3).where("${own}", "like", "a%")
    .orderBy("name").orderBy("id", "desc").limit(10).offset(20)`,
        `row.name.length + row.${own}.length + row.createdAt.getTime()`
      )
    case "some columns":
      return declared(
        `db.selectFrom("table${main}").where("active", "=", true).select(["id", "amount", "note", "${own}"])`,
        `(row.note ?? row.${own}).length + row.amount`
      )
    case "join of two, columns of both":
      return declared(
        `${from}
    .whereRef("main.rate", "<=", "first.rate")
    .select(["main.id", "main.${own}", "first.name as parent", "first.serial as serial"])`,
        `row.parent.length + row.${own}.length + Number(row.serial)`
      )
    case "left join":
      return declared(
        `db.selectFrom("table${main} as main").leftJoin("${second} as second", "second.id", "main.secondId")
    .select(["main.id", "main.status", "second.name as parent", "second.amount as amount"])`,
        `(row.parent ?? row.status).length + (row.amount ?? 0)`
      )
    case "groups":
      return declared(
        `db.selectFrom("table${main}").groupBy("status")
    .having(({ fn }) => fn.sum<number>("amount"), ">", 10)
    .select(({ fn }) => [
      "status", fn.countAll<number>().as("rows"), fn.sum<number>("amount").as("total"), fn.max("createdAt").as("last")
    ])
    .orderBy("total", "desc")`,
        `row.status.length + row.rows + (row.total ?? 0)`
      )
    case "groups of a join":
      return declared(
        `${from}
    .groupBy("first.name")
    .select(({ fn }) => [
      "first.name", fn.count<number>("main.${own}").as("rows"), fn.avg<number>("main.rate").as("mean")
    ])
    .orderBy("rows", "desc").orderBy("name").limit(5)`,
        `row.name.length + row.rows + (row.mean ?? 0)`
      )
    case "join of three":
      return declared(
        `${from}
    .innerJoin("${second} as second", "second.id", "main.secondId")
    .where("first.status", "=", "open").where("second.active", "=", true)
    .select(["main.id", "first.dueOn as due", "second.note"])`,
        `(row.note?.length ?? 0) + row.due.getTime() + row.id`
      )
    case "or and lists":
      return declared(
        `db.selectFrom("table${main}").selectAll()
    .where((eb) => eb.or([eb("status", "in", ["new", "open"]), eb("note", "is", null), eb.between("amount", 1, 5)]))
    .orderBy("dueOn", "desc")`,
        `row.status.length + row.id`
      )
  }
}

/** The files of the project. */
export const kysely: ReadonlyArray<SourceFile> = [...tables.map(table), database, ...queryFiles(imports, query)]
