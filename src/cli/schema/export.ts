/**
 * `andamios schema export`: the structure of the models or the database as SQL or JSON.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { diff } from "../../migration/comparing/diff.ts"
import { Database } from "../../session/Database.ts"
import { compileOperation } from "../../sql/compileOperation.ts"
import { empty } from "../../sql/Structure.ts"
import { answer, counted, jsonText } from "../output.ts"
import { database } from "../project.ts"
import { ofFlag, outFlag, structureOf, writeFile } from "./subject.ts"

const exportCommand = Command.make("export", {
  out: outFlag,
  of: ofFlag,
  format: Flag.Literals("format", ["sql", "json"]).pipe(
    Flag.withDescription("As statements, or as plain values; as a rule the ending of the file tells"),
    Flag.optional
  )
}, ({ format, of, out }) =>
  Effect.gen(function*() {
    const structure = yield* structureOf(of)
    const { dialect } = yield* Database
    const ending = Option.exists(out, (file) => file.endsWith(".json")) ? "json" as const : "sql" as const
    const statements = diff(empty, structure, { dialect }).flatMap((operation) => compileOperation(operation, dialect))
    const texts = { sql: statements.map((statement) => `${statement};\n`).join(""), json: `${jsonText(structure)}\n` }
    const text = texts[Option.getOrElse(format, () => ending)]
    if (Option.isNone(out)) return yield* answer({ structure, statements }, text.trimEnd())
    yield* writeFile(out.value, text)
    const count = structure.tables.length
    yield* answer({ file: out.value, tables: count }, `wrote ${out.value}: ${counted(count, "table")}`)
  }).pipe(Effect.provide(database))).pipe(
    Command.withDescription("Tells the structure of the models or of the database, as SQL or JSON")
  )

export { exportCommand as export }
