/**
 * `andamios profile`: runs a program, and tells which statements take its time.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { pathToFileURL } from "node:url"
import { messageOf } from "../model/messageOf.ts"
import type { Database } from "../session/Database.ts"
import * as Profiler from "../session/Profiler.ts"
import type { Session } from "../session/Session.ts"
import * as Finding from "../sql/Finding.ts"
import { FileUnusable } from "./CommandError.ts"
import { answer, ink } from "./output.ts"
import { report } from "./profile/report.ts"
import { database } from "./project.ts"
import { writeFile } from "./schema/subject.ts"

export const profile = Command.make("profile", {
  script: Argument.String("script").pipe(
    Argument.withDescription("A module that exports an effect as `main`, or by default")
  ),
  html: Flag.String("html").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Writes a page with charts that opens from this file"),
    Flag.optional
  )
}, ({ html, script }) =>
  Effect.gen(function*() {
    const main = yield* programOf(script)
    const [, measured] = yield* Profiler.profile(main)
    const findings = Finding.ofProfile(measured)
    if (Option.isSome(html)) yield* writeFile(html.value, report(script, measured, findings))
    const paint = yield* ink
    yield* answer({ profile: measured, findings, ...(Option.isSome(html) ? { file: html.value } : {}) }, [
      Profiler.draw(measured),
      "",
      paint("bold", "findings"),
      Finding.draw(findings),
      ...Option.isSome(html) ? ["", `wrote ${html.value}`] : []
    ])
  }).pipe(Effect.provide(database))).pipe(
    Command.withDescription("Runs a program on the config's database, and tells which statements take its time"),
    Command.withExamples([
      { command: "andamios profile scripts/import.ts", description: "a table, and what to change" },
      { command: "andamios profile scripts/import.ts --html profile.html", description: "a page with charts, too" }
    ])
  )

/** The program that a module exports. */
const programOf = Effect.fnUntraced(function*(script: string) {
  const files = yield* FileSystem.FileSystem
  const file = (yield* Path.Path).resolve(script)
  const refused = (reason: string) => new FileUnusable({ file: script, reason })
  if (!(yield* Effect.orElseSucceed(files.exists(file), () => false))) return yield* refused("There is no such file.")
  const module = yield* Effect.tryPromise({
    try: (): Promise<{ readonly default?: unknown; readonly main?: unknown }> => import(pathToFileURL(file).href),
    catch: (cause) => refused(`It can't be imported: ${messageOf(cause)}`)
  })
  const main = module.main ?? module.default
  return isProgram(main)
    ? main
    : yield* refused("It exports no effect. Write `export const main = Effect.gen(function*() { … })`.")
})

/** What it needs beside the database is its own to provide. */
const isProgram = (value: unknown): value is Effect.Effect<unknown, unknown, Session | Database> =>
  Effect.isEffect(value)
