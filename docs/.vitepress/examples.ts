/**
 * The example programs: where they are in the repository, and where on the site.
 */
import { globSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { root } from "./repository.ts"

export interface Program {
  /** As `npm run example` is told, such as `basic/03-crud`. */
  readonly name: string
  /** Its files from the root on; those of a program in a folder begin with `main.ts`. */
  readonly files: ReadonlyArray<string>
}

const program = (main: string): Program => {
  const folder = main.endsWith("/main.ts") ? main.slice(0, -"/main.ts".length) : undefined
  const others = folder === undefined ? [] : globSync(`${folder}/**/*.ts`, { cwd: root, exclude: [main] }).toSorted()
  return { name: (folder ?? main.replace(/\.ts$/, "")).replace("examples/", ""), files: [main, ...others] }
}

/** The programs by their level, each level in the order of names. */
export const levels: Readonly<Record<string, ReadonlyArray<Program>>> = Object.fromEntries(
  ["basic", "intermediate", "advanced", "recipes"].map((level) => [
    level,
    globSync([`examples/${level}/*.ts`, `examples/${level}/*/main.ts`], { cwd: root }).toSorted().map(program)
  ])
)

export const programs: ReadonlyArray<Program> = Object.values(levels).flat()

const links = new Map(
  programs.flatMap(({ files, name }) =>
    files.map((file) =>
      [file, `/examples/${name}${files.length === 1 ? "" : `#${basename(file).replace(".", "")}`}`] as const
    )
  )
)

/** The address on the site of a file or folder of an example, where it has one. */
export const linkOfExample = (file: string): string | undefined =>
  links.get(file) ?? (links.has(`${file}/main.ts`) ? `/${file}` : undefined)

/** The text of a file. */
export const sourceOf = (file: string): string => readFileSync(`${root}/${file}`, "utf8").replaceAll("\r\n", "\n")
