/**
 * Runs `andamios` as a process, in a project of its own, with a terminal and without one.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { afterAll, assert } from "vitest"

const root = resolve(import.meta.dirname, "../..")
const main = join(root, "src/cli/main.ts")

/** What a process said, and how it ended. */
interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A directory with the files of a project. */
export interface Project {
  readonly directory: string
  readonly path: (name: string) => string
  readonly read: (name: string) => string
  readonly write: (name: string, text: string) => void
  /** Runs the command without a terminal. */
  readonly run: (...args: ReadonlyArray<string>) => Promise<Ran>
  /** The same, where this is on the standard input. */
  readonly fed: (input: string, ...args: ReadonlyArray<string>) => Promise<Ran>
  /** The same, with variables of the environment. */
  readonly runWith: (environment: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) => Promise<Ran>
  /** Runs the command with `--json`, and reads its answer. */
  readonly json: (
    ...args: ReadonlyArray<string>
  ) => Promise<{ readonly code: number | null; readonly document: unknown }>
  /** Runs the command, and stops it by a signal soon after something is so. */
  readonly stopped: (signal: NodeJS.Signals, isSo: () => boolean, ...args: ReadonlyArray<string>) => Promise<Ran>
  /** Runs the command on a terminal, where these keys are pressed as soon as something is asked; what it shows is in `stdout`. */
  readonly onTerminal: (keys: string, ...args: ReadonlyArray<string>) => Promise<Ran>
}

/** A project with these files, which is removed after the tests of the file. */
export const project = (files: Readonly<Record<string, string>>): Project => {
  const directory = mkdtempSync(join(tmpdir(), "andamios-cli-"))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const path = (name: string) => join(directory, name)
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), text)
  }
  mkdirSync(path("node_modules"))
  symlinkSync(root, path("node_modules/andamios-orm"))
  symlinkSync(join(root, "node_modules/effect"), path("node_modules/effect"))
  write("package.json", JSON.stringify({ type: "module" }))
  for (const [name, text] of Object.entries(files)) write(name, text)

  const run = (...args: ReadonlyArray<string>) => ran(process.execPath, [...node, ...args], directory, {})
  return {
    directory,
    path,
    write,
    read: (name) => readFileSync(path(name), "utf8"),
    run,
    fed: (input, ...args) => ran(process.execPath, [...node, ...args], directory, {}, "", input),
    runWith: (environment, ...args) => ran(process.execPath, [...node, ...args], directory, environment),
    json: async (...args) => {
      const { code, stdout } = await run(...args, "--json")
      const document: unknown = JSON.parse(stdout)
      return { code, document }
    },
    stopped: (signal, isSo, ...args) =>
      ran(process.execPath, [...node, ...args], directory, {}, "", "", (child) => {
        const waiting = setInterval(() => {
          if (!isSo()) return
          clearInterval(waiting)
          child.kill(signal)
        }, 50)
        child.once("close", () => clearInterval(waiting))
      }),
    onTerminal: async (keys, ...args) => {
      const words = [process.execPath, ...node, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")
      const script = ["-qec", words, "/dev/null"]
      return await ran("script", script, directory, { TERM: "xterm", COLUMNS: "120" }, keys)
    }
  }
}

/** What a command says that ends with this code. */
export const said = async (running: Promise<Ran>, code: number): Promise<Ran> => {
  const ran = await running
  assert.strictEqual(ran.code, code, ran.stdout + ran.stderr)
  return ran
}

/** Whether the machine has `script`, which gives a process a terminal. */
export const hasTerminal = spawnSync("script", ["--version"]).status === 0

/** A text without its colours and the movements of the cursor. */
export const plain = (text: string): string => stripVTControlCharacters(text).replaceAll("\r", "")

const node = ["--conditions=andamios-source", main]

const ran = (
  file: string,
  args: ReadonlyArray<string>,
  cwd: string,
  environment: Readonly<Record<string, string>>,
  keys = "",
  input = "",
  started: (child: ChildProcess) => void = () => undefined
): Promise<Ran> =>
  new Promise((done, failed) => {
    const child = spawn(file, args, { cwd, env: { ...withoutColours, ...compiledOnce(cwd), ...environment } })
    started(child)
    const stdout: Array<Buffer> = []
    const stderr: Array<Buffer> = []
    let asked = false
    child.stdout.on("data", (chunk: Buffer) => {
      stdout.push(chunk)
      // a question begins so
      if (asked || keys === "" || !plain(Buffer.concat(stdout).toString()).includes("?")) return
      asked = true
      child.stdin.write(keys)
    })
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk))
    child.on("error", failed)
    child.on("close", (code) =>
      done({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }))
    if (keys === "") {
      child.stdin.end(input)
    }
  })

const { CI: _, FORCE_COLOR: __, NO_COLOR: ___, NODE_OPTIONS: ____, ...withoutColours } = process.env

/** The processes of a project compile the library once, but where coverage is measured: V8 counts the branches of what it compiles. */
const compiledOnce = (directory: string) =>
  withoutColours["NODE_V8_COVERAGE"] === undefined
    ? { NODE_COMPILE_CACHE: join(directory, "node_modules/.cache") }
    : undefined
