#!/usr/bin/env node
/**
 * The command `andamios`.
 *
 * @since 0.1.0
 */
import * as NodeChildProcessSpawner from "@effect/platform-node-shared/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodePath from "@effect/platform-node-shared/NodePath"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import * as NodeStdio from "@effect/platform-node-shared/NodeStdio"
import * as NodeTerminal from "@effect/platform-node-shared/NodeTerminal"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as Command from "effect/cli/Command"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import { readFileSync } from "node:fs"
import { findPackageJSON } from "node:module"
import process from "node:process"
import { andamios } from "./andamios.ts"
import { ended, exitCodes } from "./ending.ts"
import * as Manner from "./manner.ts"
import * as Presenter from "./presenter.ts"

const Manifest = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

const { version } = Schema.decodeSync(Manifest)(readFileSync(findPackageJSON(import.meta.url) ?? "", "utf8"))

const platform = Layer.mergeAll(NodeStdio.layer, NodeTerminal.layer, NodeChildProcessSpawner.layer).pipe(
  Layer.provideMerge(Layer.mergeAll(NodeFileSystem.layer, NodePath.layer))
)

// what is written to the standard output is the answer, and nothing else
const quiet = Layer.mergeAll(
  Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)]),
  Layer.succeed(References.MinimumLogLevel, "Warn")
)

const main = Command.run(andamios, { version }).pipe(
  Effect.as(exitCodes.done),
  Effect.catchCause(ended),
  Effect.provide(
    Layer.mergeAll(Manner.layer, Presenter.layer, quiet).pipe(
      Layer.provideMerge(TerminalCapabilities.layer),
      Layer.provideMerge(platform)
    )
  )
)

// whoever reads the answer may stop early, as `head` does: the work is done to its end all the same
process.stdout.on("error", () => {})

/** Ends the process when all that was written has gone out, whatever else is still open in it. */
const end = (code: number) => process.stdout.write("", () => process.stderr.write("", () => process.exit(code)))

NodeRuntime.runMain(main, {
  disableErrorReporting: true,
  teardown: (exit) => end(Exit.isSuccess(exit) && typeof exit.value === "number" ? exit.value : exitCodes.interrupted)
})
