/**
 * The files of new revisions: their names, and their text in SQL.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { Inexpressible } from "../../sql/compilation.ts"
import type { Revision } from "../Migration.ts"
import type { PlannedStatement } from "../MigrationPlan.ts"

/** An id that no other revision has: 12 hexadecimal digits. */
export const newId: Effect.Effect<string> = Effect.map(
  Random.nextIntBetween(0, 2 ** 48),
  (number) => number.toString(16).padStart(12, "0")
)

/** The name of a revision's file without its ending, by which files are in order: `20261129014500_8f2c41d09a7b_books_have_prices`. */
export const fileName = (at: DateTime.Utc, { id, name }: Pick<Revision, "id" | "name">): string => {
  const instant = DateTime.formatIso(at).replaceAll(/\D/g, "").slice(0, 14)
  const slug = name.normalize("NFKD").replaceAll(/\p{Mark}/gu, "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, 40).replaceAll(/^_+|_+$/g, "")
  return [instant, id, slug].filter((part) => part !== "").join("_")
}

/** The texts of a revision's SQL files, of which there is one for the way back only where there is one. */
export interface SqlFiles {
  readonly up: string
  readonly down: string | undefined
}

/**
 * The files of a revision whose statements are these; it throws `Inexpressible` where one of them takes the answer of a query, which no
 * file can ask.
 */
export const renderedSql = (
  { dependsOn, id, labels, name, parents, transaction }: Omit<Revision, "up" | "down">,
  statements: {
    readonly up: ReadonlyArray<PlannedStatement>
    readonly down: ReadonlyArray<PlannedStatement> | undefined
  }
): SqlFiles => {
  const said: ReadonlyArray<readonly [key: string, value: string]> = [
    ["revision", id],
    ["name", name.replaceAll(/\s+/g, " ")],
    ["parents", parents.join(", ")],
    ["labels", labels.join(", ")],
    ["depends-on", dependsOn.join(", ")],
    ["transaction", transaction ? "" : "no"]
  ]
  const header = said.filter(([, value]) => value !== "").map(([key, value]) => `-- ${key}: ${value}\n`).join("")
  return {
    up: `${header}\n${bodyOf(statements.up)}`,
    down: statements.down === undefined ? undefined : bodyOf(statements.down)
  }
}

const bodyOf = (statements: ReadonlyArray<PlannedStatement>): string =>
  statements.map((statement) => {
    if (typeof statement === "string") return `${statement};\n`
    throw new Inexpressible(
      "a statement of a file that is made of the answer of a query",
      "Write this revision in TypeScript."
    )
  }).join("\n")
