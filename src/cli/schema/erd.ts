/**
 * `andamios schema erd`: tables and their references as a picture or a Mermaid diagram.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { mermaid } from "../../migration/erd/mermaid.ts"
import { svg } from "../../migration/erd/svg.ts"
import { Database } from "../../session/Database.ts"
import { fullName } from "../../sql/Structure.ts"
import { answer, counted } from "../output.ts"
import { database } from "../project.ts"
import { ofFlag, outFlag, structureOf, writeFile } from "./subject.ts"

const drawings = { mermaid, svg }

export const erd = Command.make("erd", {
  out: outFlag,
  of: ofFlag,
  format: Flag.Literals("format", ["mermaid", "svg"]).pipe(
    Flag.withDescription("How it is drawn; as a rule the ending of the file tells: .svg, or .mmd"),
    Flag.optional
  )
}, ({ format, of, out }) =>
  Effect.gen(function*() {
    const { tables } = yield* structureOf(of)
    const { dialect } = yield* Database
    const ending = Option.exists(out, (file) => file.endsWith(".svg")) ? "svg" as const : "mermaid" as const
    const drawing = Option.getOrElse(format, () => ending)
    const text = drawings[drawing](tables, dialect)
    const document = { format: drawing, tables: tables.map(fullName) }
    if (Option.isNone(out)) return yield* answer({ ...document, text }, text.trimEnd())
    yield* writeFile(out.value, text)
    yield* answer({ ...document, file: out.value }, `wrote ${out.value}: ${counted(tables.length, "table")}`)
  }).pipe(Effect.provide(database))).pipe(
    Command.withDescription("Draws tables and their references"),
    Command.withExamples([
      { command: "andamios schema erd --out schema.svg", description: "a picture of what the models want" },
      { command: "andamios schema erd --of database", description: "what the database has, as Mermaid" }
    ])
  )
