/**
 * Exported unions of errors, such as `ReadError`: one name for all that a read can fail with.
 */
import type { Entrance } from "./reference.ts"

/** The errors of each union, by its name. */
export type Unions = ReadonlyMap<string, ReadonlyArray<string>>

/** The unions of nothing but errors that a reference has. */
export const unionsOf = (entrances: ReadonlyArray<Entrance>): Unions => {
  const names = entrances.flatMap((entrance) => [...entrance.names, ...entrance.modules.flatMap((one) => one.names)])
  const errors = new Set(names.filter(({ kind }) => kind === "error").map(({ name }) => name))
  const unions = names.filter((name) =>
    name.kind === "type" && name.errors.length > 1 && name.errors.every((error) => errors.has(error))
  )
  return new Map(unions.map((union) => [union.name, union.errors]))
}
