/**
 * Looks at Node and the packages: whether they are there, and of versions that fit.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { findPackageJSON } from "node:module"
import process from "node:process"
import { fail, type Finding, ok, warn } from "./finding.ts"

const Manifest = Schema.fromJsonString(Schema.Struct({
  version: Schema.String,
  engines: Schema.optionalKey(Schema.Struct({ node: Schema.String })),
  peerDependencies: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  peerDependenciesMeta: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Struct({ optional: Schema.optionalKey(Schema.Boolean) }))
  )
}))

/** What is found of Node and the packages. */
export const packageFindings = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const own = yield* Effect.flatMap(
    files.readFileString(findPackageJSON(import.meta.url) ?? ""),
    Schema.decodeUnknownEffect(Manifest)
  )
  const { engines, peerDependencies = {}, peerDependenciesMeta = {} } = own
  const packages = yield* Effect.forEach(
    Object.entries(peerDependencies),
    ([name, wanted]) =>
      Effect.map(
        Effect.option(versionOf(name)),
        (found) =>
          packageFinding(name, wanted, Option.getOrUndefined(found), peerDependenciesMeta[name]?.optional === true)
      )
  )
  return [
    nodeFinding(engines?.node ?? "*"),
    ok("andamios-orm", own.version),
    ...packages.filter((one) => one !== undefined)
  ]
})

const versionOf = Effect.fnUntraced(function*(name: string) {
  const files = yield* FileSystem.FileSystem
  const found = yield* Effect.try(() => findPackageJSON(name, import.meta.url))
  const { version } = yield* Effect.flatMap(
    files.readFileString(found ?? ""),
    Schema.decodeUnknownEffect(Manifest)
  )
  return version
})

const nodeFinding = (wanted: string): Finding => {
  const version = process.versions.node
  return isNewer(version, wanted.replace(/^>=/, ""))
    ? ok("node", version)
    : fail("node", `${version}, and ${wanted} is needed`, "Install a newer Node.js.")
}

const packageFinding = (
  name: string,
  wanted: string,
  found: string | undefined,
  isOptional: boolean
): Finding | undefined => {
  if (found === undefined) {
    return isOptional
      ? undefined
      : fail(name, "not installed", `Install it: npm install ${name}@${wanted}`)
  }
  return fits(found, wanted)
    ? ok(name, found)
    : warn(name, `${found}, and ${wanted} is what this version was tested with`, `npm install ${name}@${wanted}`)
}

const partsOf = (version: string): ReadonlyArray<number> =>
  version.split(/[.+-]/).slice(0, 3).map((part) => Number.parseInt(part, 10) || 0)

/** Whether a version is another or came after it. */
const isNewer = (version: string, other: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = partsOf(version)
  const [otherMajor = 0, otherMinor = 0, otherPatch = 0] = partsOf(other)
  if (major !== otherMajor) return major > otherMajor
  return minor === otherMinor ? patch >= otherPatch : minor > otherMinor
}

/** Whether a version is in a range as our own package names them: `~4.1.0`, or a version alone. */
const fits = (version: string, wanted: string): boolean => {
  if (!wanted.startsWith("~")) return version === wanted
  const least = wanted.slice(1)
  return partsOf(version).slice(0, 2).join() === partsOf(least).slice(0, 2).join() && isNewer(version, least)
}
