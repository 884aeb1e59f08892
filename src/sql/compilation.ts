/**
 * What one compilation collects on its way through a statement.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table } from "../model/Table.ts"
import type { Cte, Read, Select, Source, TableSource } from "./ast.ts"
import type { CompiledQuery, Parameter, ResultColumn, RowShape } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import type { Missing } from "./functions.ts"
import type { Alias, Node, ValueList } from "./node.ts"
import type { Told } from "./placeholder.ts"

/**
 * What a statement can't say on this database, or not at all.
 *
 * @category errors
 * @since 0.1.0
 */
export class Inexpressible extends Error {
  readonly feature: string
  readonly instead: string
  constructor(feature: string, instead: string) {
    super(`${feature}: ${instead}`)
    this.feature = feature
    this.instead = instead
  }
}

/**
 * What a compilation is told beside the statement.
 *
 * @category models
 * @since 0.1.0
 */
export interface Circumstances {
  /** Whether the rows of a table are checked by its model's schema. */
  readonly isStrict: (table: Table) => boolean
  /** The conditions that a table's rows keep wherever they are read. */
  readonly conditions: (source: TableSource) => ReadonlyArray<Node>
  /** What stands for a parameter whose value a run tells, where there are any. */
  readonly tell?: (told: Told) => Parameter
  /** Whether a test holds for a value that a run tells: the text is for runs alone for which it comes out the same. */
  readonly holds?: (told: Told, test: (value: unknown) => boolean) => boolean
}

/**
 * A compilation under way.
 *
 * @category models
 * @since 0.1.0
 */
export interface Compilation extends Circumstances, Texts {
  readonly dialect: Dialect
  readonly parameters: ReadonlyArray<Parameter>
  /** The text of a value where no parameter can stand: in the structure of a table, where the columns are its own. */
  readonly literal: ((type: ColumnType, value: unknown) => string) | undefined
  /** The placeholder of a further parameter. */
  readonly parameter: (type: ColumnType, value: unknown) => string
  /**
   * The placeholder of a node's value, the same each time: a value that stands in several places is one parameter, because a
   * database takes `GROUP BY (age > $2)` for something else than the `(age > $1)` that is selected.
   */
  readonly once: (node: Node | ValueList, make: () => Parameter) => string
  /** Says what the statement has in it by which it does more than read, or may do so. */
  readonly has: (what: "lock" | "sqlByHand") => void
  /** What comes of all that was said so far. */
  readonly judged: () => Required<Pick<CompiledQuery<unknown>, "holdsSql" | "onlyReads">>
  /** The quoted name of a source, unlike that of any other. */
  readonly nameOf: (alias: Alias) => string
  /** Whether what is compiled stands inside of another read. */
  readonly isInside: () => boolean
  /** The text of what is compiled while these sources can be seen. */
  readonly within: <A>(sources: ReadonlyArray<Alias>, compile: () => A) => A
  /** The quoted name of a common table expression, whose text is made the first time. */
  readonly cteName: (cte: Cte, make: () => string) => string
  /** `WITH …`, or nothing. */
  readonly withClause: () => string
}

/**
 * A read's text, the columns of its result, and what its rows become.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadParts {
  readonly sql: string
  readonly columns: ReadonlyArray<ResultColumn>
  readonly shape: RowShape
}

/**
 * A read as one value of another, and whether it has one row at most.
 *
 * @category models
 * @since 0.1.0
 */
export interface RowsParts extends ReadParts {
  readonly isOne: boolean
}

/**
 * The texts of what a statement is made of, which can all hold each other.
 *
 * @category models
 * @since 0.1.0
 */
export interface Texts {
  /** The rows of a read inside of a statement as one value; throws `Inexpressible` where there is none. */
  readonly rowsParts: (read: Select<unknown>, compilation: Compilation) => RowsParts
  /** The text of a read inside a statement. */
  readonly readText: (read: Read, compilation: Compilation) => string
  /** The text of what rows come from. */
  readonly sourceText: (source: Source, compilation: Compilation) => string
  /** The text of an expression. */
  readonly nodeText: (node: Node, compilation: Compilation) => string
}

/**
 * Begins a compilation.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin = (dialect: Dialect, circumstances: Circumstances, texts: Texts): Compilation => {
  const nameOf = naming(dialect)
  return {
    ...circumstances,
    ...texts,
    ...collecting(dialect),
    ...nesting(),
    ...listing(nameOf),
    ...judging(),
    dialect,
    literal: undefined,
    nameOf
  }
}

/** The parameters that are met on the way. */
const collecting = (dialect: Dialect): Pick<Compilation, "once" | "parameter" | "parameters"> => {
  const parameters: Array<Parameter> = []
  const placeholders = new Map<Node | ValueList, string>()
  const add = (parameter: Parameter) => {
    parameters.push(parameter)
    return dialect.placeholder(parameters.length, parameter.type)
  }
  return {
    parameters,
    parameter: (type, value) => add({ type, value }),
    once: (node, make) => getOrInsert(placeholders, node, () => add(make()))
  }
}

/** What is found on the way that does more than read, or may do so. */
const judging = (): Pick<Compilation, "has" | "judged"> => {
  let locks = false
  let holdsSql = false
  return {
    has: (what) => {
      if (what === "lock") locks = true
      else holdsSql = true
    },
    judged: () => ({ holdsSql, onlyReads: !locks && !holdsSql })
  }
}

/** What sources are called, each unlike all others. */
const naming = ({ identifier }: Dialect): Compilation["nameOf"] => {
  const names = new Map<Alias, string>()
  return (alias) => {
    const known = names.get(alias)
    if (known !== undefined) return identifier(known)
    const name = unlike(alias.name, new Set(names.values()))
    names.set(alias, name)
    return identifier(name)
  }
}

/** Which sources can be seen where the compilation is. */
const nesting = (): Pick<Compilation, "isInside" | "within"> => {
  const open = new Set<Alias>()
  let depth = 0
  return {
    isInside: () => depth > 1,
    within: (sources, compile) => {
      const inside = sources.find((source) => open.has(source))
      if (inside !== undefined) {
        throw new Inexpressible(
          `a query on ${inside.name} inside of itself`,
          "Begin the inner one with a Query.from of its own, so that their columns can be told apart."
        )
      }
      sources.forEach((source) => open.add(source))
      depth++
      const made = compile()
      depth--
      sources.forEach((source) => open.delete(source))
      return made
    }
  }
}

/** The common table expressions that are met, a text each. */
const listing = (nameOf: Compilation["nameOf"]): Pick<Compilation, "cteName" | "withClause"> => {
  const begun = new Set<Alias>()
  const ctes: Array<string> = []
  let isRecursive = false
  return {
    cteName: (cte, make) => {
      if (!begun.has(cte.name)) {
        begun.add(cte.name)
        ctes.push(make()) // after those that it reads from
        isRecursive ||= cte.step !== undefined
      }
      return nameOf(cte.name)
    },
    withClause: () => ctes.length === 0 ? "" : `WITH ${isRecursive ? "RECURSIVE " : ""}${ctes.join(", ")} `
  }
}

const unlike = (name: string, taken: ReadonlySet<string>): string => {
  if (!taken.has(name)) return name
  let count = 2
  while (taken.has(`${name}_${count}`)) count++
  return `${name}_${count}`
}

/**
 * What a database has under a name; throws `Inexpressible` where it is missing.
 *
 * @category conversions
 * @since 0.1.0
 */
export const present = <A>(feature: string, found: A | Missing): A => {
  if (isMissing(found)) throw new Inexpressible(feature, found.instead)
  return found
}

const isMissing = <A>(found: A | Missing): found is Missing =>
  typeof found === "object" && found !== null && "_tag" in found && found._tag === "Missing"
