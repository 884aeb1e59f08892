/**
 * Makes revisions of ours of what `alembic upgrade --sql` prints, so that a database can go on without Python.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import { tokensOf } from "../../sql/sqlTokens.ts"
import { statementPlaces } from "../../sql/statements.ts"
import { wordsOf } from "../../sql/words.ts"
import { AlembicInvalid, type AlembicIssue } from "../AlembicError.ts"
import * as Migration from "../Migration.ts"

/**
 * What Alembic prints.
 *
 * @category models
 * @since 0.1.0
 */
export interface Printed {
  /** What `alembic upgrade heads --sql` prints, or that of a range as `a1:heads`. */
  readonly up: string
  /** What `alembic downgrade heads:base --sql` prints. The revisions that it doesn't tell of have no way back. */
  readonly down?: string
  /** The revisions of Alembic's directory: names, labels and dependencies are not in what it prints. */
  readonly revisions?: ReadonlyArray<Migration.Revision>
  /** The version table, where it has another name than `alembic_version`. */
  readonly versionTable?: string
}

/**
 * The revisions that a script of Alembic carries out, each with its statements and with Alembic's id. What the script does to the version
 * table is left out: that is the work of whoever runs them.
 *
 * @example
 * ```ts
 * import { Alembic } from "andamios-orm"
 *
 * const revisions = Alembic.importSql({
 *   up: "BEGIN;\n\n-- Running upgrade  -> 1975ea83b712\n\nCREATE TABLE account (id INTEGER);\n\nCOMMIT;\n",
 *   down: "BEGIN;\n\n-- Running downgrade 1975ea83b712 -> \n\nDROP TABLE account;\n\nCOMMIT;\n"
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const importSql = (printed: Printed): Result.Result<ReadonlyArray<Migration.Revision>, AlembicInvalid> =>
  Result.map(scriptsOf(printed), (scripts) =>
    scripts.map(({ down, up, ...script }) => {
      const steps = (statements: ReadonlyArray<string>) => statements.map((statement) => Migration.execute(statement))
      return Migration.make({ ...script, up: steps(up), down: down === undefined ? "irreversible" : steps(down) })
    }))

/**
 * A file to be written.
 *
 * @category models
 * @since 0.1.0
 */
export interface SqlFile {
  readonly name: string
  readonly text: string
}

/**
 * The revisions that a script of Alembic carries out, as the pairs of SQL files that a directory of revisions holds.
 *
 * @example
 * ```ts
 * import { Alembic } from "andamios-orm"
 * import { Effect, FileSystem } from "effect"
 *
 * // what `alembic upgrade heads --sql > up.sql` has printed becomes a directory of revisions
 * const moved = Effect.gen(function*() {
 *   const files = yield* FileSystem.FileSystem
 *   const up = yield* files.readFileString("up.sql")
 *   for (const { name, text } of yield* Effect.fromResult(Alembic.importFiles({ up }))) {
 *     yield* files.writeFileString(`migrations/${name}`, text)
 *   }
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const importFiles = (printed: Printed): Result.Result<ReadonlyArray<SqlFile>, AlembicInvalid> =>
  Result.map(scriptsOf(printed), (scripts) => scripts.flatMap(filesOf))

/** A revision whose steps are SQL. */
interface Script extends Pick<Migration.Revision, "id" | "name" | "parents" | "labels" | "dependsOn" | "transaction"> {
  readonly up: ReadonlyArray<string>
  readonly down: ReadonlyArray<string> | undefined
}

const scriptsOf = (
  { down = "", revisions = [], up, versionTable = "alembic_version" }: Printed
): Result.Result<ReadonlyArray<Script>, AlembicInvalid> => {
  const ups = partsOf(up, versionTable)
  const downs = partsOf(down, versionTable)
  const issues = [
    ...(ups.length === 0
      ? [{
        file: "up",
        reason: "it has no line `-- Running upgrade … -> …`: it isn't what `alembic upgrade --sql` prints"
      }]
      : []),
    ...strayed("up", "upgrade", ups),
    ...strayed("down", "downgrade", downs)
  ]
  if (issues.length > 0) return Result.fail(new AlembicInvalid({ issues }))
  return Result.succeed(ups.map(({ from, statements, to: [id = ""], transaction }) => {
    const back = downs.find((part) => part.from.includes(id))
    const header = revisions.find((revision) => revision.id === id)
    return {
      id,
      name: header?.name ?? "",
      parents: from,
      labels: header?.labels ?? [],
      dependsOn: header?.dependsOn ?? [],
      up: statements,
      down: back?.statements,
      transaction: transaction && back?.transaction !== false
    }
  }))
}

const strayed = (file: string, wanted: string, parts: ReadonlyArray<Part>): ReadonlyArray<AlembicIssue> =>
  parts.filter(({ direction }) => direction !== wanted).map(({ direction, line }) => ({
    file,
    line,
    reason: `it runs ${direction} where ${wanted} is wanted`
  }))

/** The header is what a directory of revisions reads. */
const filesOf = (
  { dependsOn, down, id, labels, name, parents, transaction, up }: Script
): ReadonlyArray<SqlFile> => {
  const file = [id, ...name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []].join("_")
  const header = [
    `-- revision: ${id}`,
    ...said("name", name === "" ? [] : [name.replaceAll(/\s+/g, " ")]),
    ...said("parents", parents),
    ...said("labels", labels),
    ...said("depends-on", dependsOn),
    ...(transaction ? [] : ["-- transaction: no"])
  ].join("\n")
  const text = (statements: ReadonlyArray<string>) =>
    `${[header, ...statements.map((statement) => `${statement};`)].join("\n\n")}\n`
  return [
    { name: `${file}.up.sql`, text: text(up) },
    ...(down === undefined ? [] : [{ name: `${file}.down.sql`, text: text(down) }])
  ]
}

const said = (key: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0 ? [] : [`-- ${key}: ${names.join(", ")}`]

/** What a script does for one revision. */
interface Part {
  readonly direction: string
  readonly line: number
  readonly from: ReadonlyArray<string>
  /** The revision that an upgrade goes to; those that a downgrade goes back to. */
  readonly to: ReadonlyArray<string>
  readonly statements: ReadonlyArray<string>
  readonly transaction: boolean
}

const running = /^-- Running (\S+) (.*?) ?->[ \t]*(.*?)[ \t]*$/gm

/** The parts of a script. What comes before the first of them is a part of that, but for what begins all of it. */
const partsOf = (printed: string, versionTable: string): ReadonlyArray<Part> => {
  const script = withEnds(printed)
  const statements = statementsOf(script)
  const hasTransactions = statements.some(({ text }) => isBegin(text))
  const parts: Array<Part> = []
  let before: ReadonlyArray<string> = []
  let isInside = !hasTransactions
  for (const { gap, start, text } of statements) {
    for (const { 1: direction = "", 2: from = "", 3: to = "", index } of gap.matchAll(running)) {
      const line = script.slice(0, start + index).split("\n").length
      parts.push({ direction, line, from: namesIn(from), to: namesIn(to), statements: before, transaction: true })
      before = []
    }
    if (isBegin(text)) isInside = true
    else if (/^COMMIT$/i.test(text)) isInside = !hasTransactions
    else if (text !== "" && !isOfVersions(text, versionTable)) {
      const part = parts.pop()
      if (part === undefined) before = [...before, text]
      else parts.push({ ...part, statements: [...part.statements, text], transaction: part.transaction && isInside })
    }
  }
  return parts
}

const namesIn = (written: string): ReadonlyArray<string> =>
  written.split(",").map((name) => name.trim()).filter((name) => name !== "")

const isBegin = (statement: string): boolean => /^BEGIN(?:\s+TRANSACTION)?$/i.test(statement)

/** The statements of a script, each with the blanks and comments before it, and where these start; the last is empty. */
const statementsOf = (script: string) =>
  statementPlaces(script).map(({ after, end, start }) => ({
    start: after,
    gap: script.slice(after, start),
    text: script.slice(start, end)
  }))

/**
 * A script whose statements all end. Alembic writes a semicolon and an empty line behind each; where a statement ends with a comment of
 * the line, both are a part of that, and the next statement would be one with it.
 */
const withEnds = (script: string): string => {
  const tokens = tokensOf(script)
  let depth = 0
  const parts = tokens.map((token, index) => {
    if (token.kind === "sign") depth += "([{".includes(token.key) ? 1 : ")]}".includes(token.key) ? -1 : 0
    const gap = script.slice(token.end, tokens[index + 1]?.start)
    const isOpen = token.key !== ";" && depth === 0
    return script.slice(token.start, token.end) + (isOpen ? gap.replace(swallowed, "$1$2;") : gap)
  })
  return script.slice(0, tokens[0]?.start) + parts.join("")
}

const swallowed = /(--[^\r\n]*);[ \t]*(\r?\n)(?=\r?\n|$)/

const versionStatements = [["CREATE", "TABLE"], ["DROP", "TABLE"], ["INSERT", "INTO"], ["UPDATE"], ["DELETE", "FROM"]]

const isOfVersions = (statement: string, versionTable: string): boolean =>
  versionStatements.some((opening) => {
    const words = wordsOf(statement)
    return words.skip(...opening) && words.name().at(-1) === versionTable
  })
