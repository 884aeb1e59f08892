/**
 * Reads what pyproject.toml says of where Alembic's revisions are, which newer ones can have there rather than in alembic.ini.
 *
 * @since 0.1.0
 */
import type { AlembicIssue } from "../AlembicError.ts"
import { type AlembicPlaces, placesIn } from "./ini.ts"

/** The places that the section of Alembic says; relative ones are relative to the directory that Alembic is called in. */
export const readToml = (
  file: string,
  text: string,
  directory: string
): AlembicPlaces | ReadonlyArray<AlembicIssue> => {
  const [, own] = /^[ \t]*\[[ \t]*tool\.alembic[ \t]*\][ \t]*$(.*?)(?=^[ \t]*\[[^\r\n]*\][ \t]*$|(?![^]))/ms
    .exec(withoutComments(text)) ?? []
  if (own === undefined) return [{ file, reason: "it has no section [tool.alembic]" }]
  const settings = Array.from(
    own.matchAll(setting),
    ({ 1: name = "", 2: value = "" }) => [name, textsIn(value)] as const
  )
  const said = settings.map(([name, texts]) => [name, texts.join("\n")] as const)
  return placesIn(file, new Map([...said, ["path_separator", "newline"]]), "tool.alembic", directory)
}

const text = String.raw`"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'`

/** Settings that are a text or a list of texts; the others say nothing of places. */
const setting = new RegExp(String.raw`^[ \t]*([\w-]+)[ \t]*=[ \t]*(${text}|\[(?:[^\]"']|${text})*\])`, "gm")

/** What is in quotes can look like a comment. */
const withoutComments = (toml: string): string =>
  toml.replaceAll(new RegExp(`(${text})|#[^\\r\\n]*`, "g"), (_, quoted?: string) => quoted ?? "")

const textsIn = (value: string): ReadonlyArray<string> =>
  (value.match(new RegExp(text, "g")) ?? []).map((quoted) => {
    const inner = quoted.slice(1, -1)
    return quoted.startsWith("'") ? inner : inner.replaceAll(/\\(["\\])/g, "$1")
  })
