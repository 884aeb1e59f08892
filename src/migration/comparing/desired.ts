/**
 * The structure that models want, as their database itself says it.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Model from "../../model/Model.ts"
import { type Table, tableOf } from "../../model/Table.ts"
import { withServices } from "../../session/compiling.ts"
import { Database } from "../../session/Database.ts"
import type { ReadError, TransactionError, WriteError } from "../../session/OrmError.ts"
import { telling } from "../../sql/asking.ts"
import { Inexpressible } from "../../sql/compilation.ts"
import { compileOperation } from "../../sql/compileOperation.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import { inOrder } from "../../sql/evolve.ts"
import {
  at,
  empty,
  type EnumStructure,
  type SequenceStructure,
  type Structure,
  type TableStructure,
  type ViewStructure
} from "../../sql/Structure.ts"
import { tableStructure } from "../../sql/tableStructure.ts"
import { alike } from "./alike.ts"
import { diff } from "./diff.ts"
import { ignoring } from "./ignoring.ts"
import { shadowing } from "./shadowing.ts"

/**
 * What is wanted beside the tables of models, and what is left alone.
 *
 * @category models
 * @since 0.1.0
 */
export interface DesiredOptions {
  /** The views that are wanted; any other that the database has is left alone, and so are other enums and sequences. */
  readonly views?: ReadonlyArray<ViewStructure>
  /** The enums that are wanted beside those of the models' columns. */
  readonly enums?: ReadonlyArray<EnumStructure>
  /** The sequences that are wanted; a numbered column has its own. */
  readonly sequences?: ReadonlyArray<SequenceStructure>
  /**
   * What is left alone as it is, by names such as `logs`, `sales.logs`, `logs_*`, or `books.books_price_index`: tables, and columns,
   * keys, checks and indexes of them. What has no name goes by its columns or its condition: `books.(author_id)`, `books.(pages > 0)`.
   * The tables in which migrators keep what they did always are.
   */
  readonly ignore?: ReadonlyArray<string>
  /** Leaves alone all tables that no model has. */
  readonly keepUnknown?: boolean
}

/**
 * What a database is, and what it is wanted to be.
 *
 * @category models
 * @since 0.1.0
 */
export interface Compared {
  readonly live: Structure
  readonly wanted: Structure
}

/**
 * What the database is made of, and what the models want it to be made of. The wanted tables are made in schemas beside the real ones,
 * in a transaction which is rolled back, so that both are said in the same words and all that differs between them really does.
 */
export const comparing = Effect.fn("Migration.comparing")(function*(
  models: ReadonlyArray<Model.Any>,
  options: DesiredOptions = {}
): Effect.fn.Return<Compared, ReadError | WriteError | TransactionError, Database> {
  const { dialect, execute, introspect, transaction } = yield* Database
  const id = yield* Random.nextIntBetween(0, 2 ** 40)
  const { asked, shadow, statements } = yield* withServices(dialect.name, () => {
    const wanted = modelled(models, options, dialect)
    const made = shadowing(wanted, `andamios_${id.toString(16)}`)
    const making = diff(empty, made.structure, { dialect })
    return {
      asked: wanted,
      shadow: made,
      statements: inOrder(empty, making).flatMap(({ before, operation }) =>
        compileOperation(operation, dialect, { before })
      )
    }
  })
  const found = yield* Effect.forEach(statements, (sql) => execute(telling(sql), undefined), { discard: true }).pipe(
    Effect.andThen(introspect),
    Effect.flatMap((structure) => Effect.fail(new Told({ structure }))),
    transaction,
    Effect.catchTag("Told", ({ structure }) => Effect.succeed(structure))
  )
  const { live, shadowed } = shadow.parted(found)
  return { live, wanted: ignoring(live, merged(asked, shadowed, live, dialect), options) }
})

/** Ends a transaction, of which nothing but this answer stays. */
class Told extends Data.TaggedError("Told")<{ readonly structure: Structure }> {}

/** What the models say, and all that is said beside them. */
const modelled = (models: ReadonlyArray<Model.Any>, options: DesiredOptions, dialect: Dialect): Structure => {
  const { enums = [], sequences = [], views = [] } = options
  const tables = withTargets(models.map(tableOf).filter(({ isView }) => !isView)).map((table) =>
    tableStructure(inOwnDatabase(table), dialect)
  )
  const schemas = [...tables, ...enums, ...sequences, ...views].flatMap(({ schema }) =>
    schema === undefined ? [] : [schema]
  )
  return { schemas: [...new Set(schemas)], enums, sequences, tables, views }
}

/** The tables and all that they refer to, without which they can't be made. */
const withTargets = (tables: ReadonlyArray<Table>): ReadonlyArray<Table> => {
  const all = new Set(tables)
  // a set is gone through with what is added on the way
  for (const { foreignKeys } of all) foreignKeys.forEach(({ model }) => all.add(tableOf(model())))
  return [...all]
}

const inOwnDatabase = (table: Table): Table => {
  if (table.database === undefined) return table
  throw new Inexpressible(
    `migrating ${table.fullName}, which is in an attached database`,
    "Open that database by a Layer of its own, and migrate it there."
  )
}

/**
 * What the models say, in the words of the database: of its own it has names for keys, which nobody asked for, and another type where
 * it knows the one that was asked for by another name.
 */
const merged = (asked: Structure, shadowed: Structure, live: Structure, dialect: Dialect): Structure => {
  const same = alike(dialect)
  const table = (said: TableStructure): TableStructure => {
    const { checks, columns, comment, indexes } = at(shadowed.tables, said) ?? said
    return {
      ...said,
      columns: columns.map((column) => {
        const known = said.columns.find(({ name, type }) => name === column.name && same.type(type, column.type))
        return { ...column, ...(known === undefined ? {} : { type: known.type }) }
      }),
      checks,
      indexes,
      ...(comment === undefined ? {} : { comment })
    }
  }
  return {
    schemas: [...new Set([...live.schemas, ...asked.schemas])],
    enums: [...shadowed.enums, ...live.enums.filter((one) => at(asked.enums, one) === undefined)],
    sequences: [...shadowed.sequences, ...live.sequences.filter((one) => at(asked.sequences, one) === undefined)],
    tables: asked.tables.map(table),
    views: [...shadowed.views, ...live.views.filter((one) => at(asked.views, one) === undefined)]
  }
}
