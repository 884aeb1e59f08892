/**
 * The reference of this repository: what each of its two packages exports.
 */
import { resolve } from "node:path"
import { read } from "./read.ts"
import type { Entrance } from "./reference.ts"

/** The folder of the repository. */
export const root = resolve(import.meta.dirname, "../..")

/** What is exported, from the core to the contract. */
export const reference = (): ReadonlyArray<Entrance> =>
  read(root, "scripts/api/tsconfig.json", [
    { path: "andamios-orm", folder: "core", source: "src/index.ts" },
    { path: "andamios-orm/duckdb", folder: "duckdb", source: "src/duckdb.ts" },
    { path: "andamios-orm/postgres", folder: "postgres", source: "src/postgres.ts" },
    { path: "andamios-orm/testing", folder: "testing", source: "src/testing.ts" },
    { path: "andamios-orm/cli", folder: "cli", source: "src/cli.ts" },
    { path: "andamios-orm-contract", folder: "contract", source: "test/contract/index.ts" }
  ])
