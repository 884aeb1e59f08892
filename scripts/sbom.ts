/**
 * Prints the software bill of materials of what a user installs, as CycloneDX: `npm run --silent release:sbom`.
 *
 * It is asked of the package without its development dependencies, in a folder of its own: there, `npm sbom --omit dev` would leave out
 * what development needs as well.
 */
import * as Schema from "effect/Schema"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

const Manifest = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))

const folder = mkdtempSync(join(tmpdir(), "andamios-sbom-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))

/** What npm prints, run in the folder; ends where it fails. */
const npm = (...given: ReadonlyArray<string>): string => {
  const { error, status, stderr, stdout } = spawnSync("npm", given, { cwd: folder, encoding: "utf8" })
  if (error !== undefined) throw error
  if (status === 0) return stdout
  console.error(`npm ${given.join(" ")}\n${stdout}${stderr}`)
  process.exit(1)
}

const text = readFileSync(resolve(import.meta.dirname, "../package.json"), "utf8")
const { devDependencies: _development, scripts: _scripts, ...used } = Schema.decodeUnknownSync(Manifest)(text)
writeFileSync(join(folder, "package.json"), JSON.stringify(used))

npm("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")
console.log(npm("sbom", "--package-lock-only", "--sbom-format", "cyclonedx", "--sbom-type", "library").trim())
