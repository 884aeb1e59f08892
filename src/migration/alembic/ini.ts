/**
 * Reads what alembic.ini says of where revisions are, as Python's configparser does.
 *
 * @since 0.1.0
 */
import { delimiter, dirname, resolve } from "node:path"
import type { AlembicIssue } from "../AlembicError.ts"

/** Where the revisions of Alembic are, and the table that tells where the database stands. */
export interface AlembicPlaces {
  /** The directories that hold revision files. */
  readonly locations: ReadonlyArray<string>
  readonly versionTable: string | undefined
  readonly versionSchema: string | undefined
}

/** The places that a section of alembic.ini says; relative ones are relative to the directory that Alembic is called in. */
export const readIni = (
  file: string,
  text: string,
  section: string,
  directory: string
): AlembicPlaces | ReadonlyArray<AlembicIssue> => {
  const sections = sectionsOf(text)
  const own = sections.get(section)
  if (own === undefined) return [{ file, reason: `it has no section [${section}]` }]
  return placesIn(file, new Map([...sections.get("DEFAULT") ?? [], ...own]), section, directory)
}

/** The places that the settings of a section say. */
export const placesIn = (
  file: string,
  said: Settings,
  section: string,
  directory: string
): AlembicPlaces | ReadonlyArray<AlembicIssue> => {
  const settings = new Map([["here", dirname(resolve(directory, file))], ...said])
  const setting = (name: string) => {
    const value = settings.get(name)
    return value === undefined ? undefined : interpolated(value, settings, depth)
  }
  const script = setting("script_location")
  if (script === undefined || script === "") return [{ file, reason: `[${section}] has no script_location` }]
  const separator = setting("path_separator") ?? setting("version_path_separator")
  const listed = separated(setting("version_locations") ?? "", separator)
  const locations = listed.length === 0 ? [`${script}/versions`] : listed
  const packages = locations.filter((location) => /^[A-Za-z_][\w.]+:/.test(location))
  if (packages.length > 0) {
    return packages.map((location) => ({
      file,
      reason: `${location} is in a Python package, which only Python finds: give its directory instead`
    }))
  }
  return {
    locations: locations.map((location) => resolve(directory, location)),
    versionTable: setting("version_table"),
    versionSchema: setting("version_table_schema")
  }
}

/** Values that mean each other in a circle end here, as in Python. */
const depth = 10

/** What is said under which name. */
export type Settings = ReadonlyMap<string, string>

const sectionsOf = (text: string): ReadonlyMap<string, Settings> => {
  const sections = new Map<string, Map<string, string>>()
  let settings = new Map<string, string>()
  let last: string | undefined
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue
    const section = /^\[([^\]]+)\]/.exec(line)?.[1]
    const [, name, value = ""] = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? []
    if (section !== undefined) {
      settings = sections.get(section) ?? new Map<string, string>()
      sections.set(section, settings)
      last = undefined
    } else if (/^\s/.test(line) && last !== undefined) {
      settings.set(last, `${settings.get(last)}\n${line.trim()}`)
    } else if (name !== undefined) {
      last = name.toLowerCase()
      settings.set(last, value)
    }
  }
  return sections
}

/** `%(name)s` is another setting, and `%%` a percent sign. */
const interpolated = (value: string, settings: Settings, left: number): string =>
  value.replaceAll(/%(?:%|\(([^)]*)\)s)/g, (written, name?: string) => {
    if (name === undefined) return "%"
    const other = settings.get(name.toLowerCase())
    return other === undefined || left === 0 ? written : interpolated(other, settings, left - 1)
  })

/** What Alembic's templates write behind the separator is a comment. */
const separated = (value: string, separator: string | undefined): ReadonlyArray<string> => {
  const parts = value.split(between[separator?.replace(/\s+[#;].*/, "") ?? ""] ?? /[,\s]+/)
  return parts.map((part) => part.trim()).filter((part) => part !== "")
}

const between: Readonly<Record<string, string | RegExp>> = {
  os: delimiter,
  space: /\s+/,
  newline: "\n",
  ":": ":",
  ";": ";"
}
