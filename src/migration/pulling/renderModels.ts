/**
 * Writes the models of a database that is there already: files of TypeScript, and what no model can say.
 *
 * @since 0.1.0
 */
import type { Dialect } from "../../sql/Dialect.ts"
import { fullName, type Structure, type TableStructure } from "../../sql/Structure.ts"
import { withValues } from "./enumValues.ts"
import { key } from "./names.ts"
import { modelText, type Unsaid } from "./modelText.ts"
import { type PulledModel, pulledModels } from "./pulled.ts"
import { relationsOf } from "./relations.ts"

export type { Unsaid } from "./modelText.ts"

/**
 * A file to be written, by its path inside of the directory of models.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelFile {
  readonly path: string
  readonly text: string
}

/**
 * The models of a database.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pulled {
  readonly files: ReadonlyArray<ModelFile>
  /** The names of the classes, in the order of their tables. */
  readonly names: ReadonlyArray<string>
  /** What is kept out of the differences, because no model can say it. */
  readonly unsaid: ReadonlyArray<Unsaid>
}

/**
 * How models are written.
 *
 * @category models
 * @since 0.1.0
 */
export interface RenderOptions {
  /** Whether all models go into one file. */
  readonly oneFile?: boolean
  /** Views as if they were tables, whose columns a structure doesn't tell. */
  readonly views?: ReadonlyArray<TableStructure>
  /** What else is kept out of the differences. */
  readonly unsaid?: ReadonlyArray<Unsaid>
}

/**
 * The models of a structure, one file for each and one that names them all. The same structure gives the same text.
 *
 * @category conversions
 * @since 0.1.0
 */
export const renderModels = (structure: Structure, dialect: Dialect, options: RenderOptions = {}): Pulled => {
  const { oneFile = false, unsaid: more = [], views = [] } = options
  const valued = withValues(structure.enums, dialect)
  const tables = structure.tables.filter(({ columns }) => columns.length > 0)
  const models = pulledModels(tables.map(valued), views.map(valued))
  const relations = relationsOf(models)
  const written = models.map((model) => ({ model, ...modelText(model, relations.get(model) ?? [], dialect) }))
  const unsaid = [
    ...structure.tables.filter(({ columns }) => columns.length === 0).map((table) => ({
      what: fullName(table),
      reason: "a table without columns"
    })),
    ...written.flatMap((one) => one.unsaid),
    ...more
  ]
  const stored = models.filter(({ isView }) => !isView)
  const rest = restText(structure, stored, unsaid)
  const names = models.map(({ name }) => name)
  if (oneFile) {
    const text = [...written.map((one) => one.text), rest].join("\n")
    return { names, unsaid, files: [{ path: "index.ts", text: `${importsOf(text)}\n${text}` }] }
  }
  const files = written.map(({ model, text }) => ({
    path: `${model.name}.ts`,
    text: `${importsOf(text)}${neighboursOf(text, model, names)}\n${text}`
  }))
  const index = [
    importsOf(rest),
    stored.map(({ name }) => `import { ${name} } from "./${name}.ts"\n`).join(""),
    "\n",
    names.map((name) => `export * from "./${name}.ts"\n`).join(""),
    "\n",
    rest
  ]
  return { names, unsaid, files: [...files, { path: "index.ts", text: index.join("") }] }
}

/** What a file says beside texts and comments. */
const code = (text: string): string =>
  text.replaceAll(/\/\*\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<=isPattern\()\/(?:[^/\\\n]|\\.)*\//g, "")

const ours = ["Check", "Column", "Generated", "Index", "Model", "Reference", "Relation", "Sql"]
const effects = ["BigDecimal", "Schema"]

const importsOf = (text: string): string => {
  const used = (name: string) => new RegExp(String.raw`(?<![\w$.])${name}[.<]`).test(code(text))
  const fromOurs = [
    ...ours.filter(used),
    ...(/: Structure\./.test(code(text)) || /<Structure\./.test(code(text)) ? ["type Structure"] : [])
  ]
  return [[fromOurs, "andamios-orm"] as const, [effects.filter(used), "effect"] as const]
    .map(([names, from]) => names.length === 0 ? "" : `import { ${names.join(", ")} } from ${JSON.stringify(from)}\n`)
    .join("")
}

/** The imports of the other models that a file names. */
const neighboursOf = (text: string, model: PulledModel, names: ReadonlyArray<string>): string => {
  const named = new Set(
    Array.from(code(text).matchAll(/\(\)(?:: Model\.Any)? => ([\p{L}\p{N}_$]+)/gu), ([, name]) => name)
  )
  return names.filter((name) => named.has(name) && name !== model.name)
    .map((name) => `import { ${name} } from "./${name}.ts"\n`).join("")
}

/** What a database has beside tables, under the names by which a configuration takes them. */
const restText = (
  { enums, sequences, views }: Structure,
  stored: ReadonlyArray<PulledModel>,
  unsaid: ReadonlyArray<Unsaid>
): string =>
  [
    listText("All models of tables.", "models", undefined, stored.map(({ name }) => name)),
    ...(enums.length === 0
      ? []
      : [listText("The types of texts.", "enums", "EnumStructure", enums.map((one) => valueText(one)))]),
    ...(sequences.length === 0
      ? []
      : [
        listText(
          "The sequences of no column.",
          "sequences",
          "SequenceStructure",
          sequences.map((one) => valueText(one))
        )
      ]),
    ...(views.length === 0
      ? []
      : [listText("The views.", "views", "ViewStructure", views.map(({ reads: _, ...view }) => valueText(view)))]),
    listText(
      "What no model can say, and is left alone.",
      "ignore",
      "string",
      unsaid.map(({ reason, what }) => `// ${reason.replaceAll(/\s+/g, " ")}\n  ${JSON.stringify(what)}`)
    )
  ].join("\n")

const listText = (comment: string, name: string, type: string | undefined, items: ReadonlyArray<string>): string => {
  const of = type === undefined ? "" : `: ReadonlyArray<${type === "string" ? type : `Structure.${type}`}>`
  const all = items.length === 0 ? "[]" : `[\n  ${items.join(",\n  ")}\n]`
  return `/** ${comment} */\nexport const ${name}${of} = ${all}\n`
}

/** A plain value as TypeScript. */
const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const parts = Object.entries(value).filter(([, part]) => part !== undefined)
  return `{ ${parts.map(([name, part]) => `${key(name)}: ${valueText(part)}`).join(", ")} }`
}
