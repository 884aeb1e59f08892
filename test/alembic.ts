/**
 * The real Alembic, on a directory of revisions that a test writes.
 */
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { execFile, execFileSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryDirectory } from "./temporaryDirectory.ts"

const runs = (program: string): boolean => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** The program, where it is there: Debian's, which has its own Python, before any other. */
export const program: string | undefined = [
  ...existsSync("/usr/bin/alembic") ? ["/usr/bin/alembic"] : [],
  "alembic"
].find(runs)

/** The Python that it runs in: Debian's has its own. */
export const python = program === "/usr/bin/alembic" ? "/usr/bin/python3" : "python3"

/** Why tests of it are skipped, for whoever reads the list of tests. */
export const unlessThere = program === undefined
  ? " (skipped: there is no alembic; apt-get install alembic python3-psycopg2)"
  : ""

/** A revision, as Alembic's own template writes it. */
export interface Written {
  readonly id: string
  readonly parents?: ReadonlyArray<string>
  readonly labels?: ReadonlyArray<string>
  readonly dependsOn?: ReadonlyArray<string>
  readonly message?: string
  readonly up?: ReadonlyArray<string>
  readonly down?: ReadonlyArray<string>
}

const pythonNames = (names: ReadonlyArray<string> = []): string =>
  names.length === 0
    ? "None"
    : names.length === 1
    ? `'${names[0]}'`
    : `(${names.map((name) => `'${name}'`).join(", ")})`

const calls = (statements: ReadonlyArray<string> = []): string =>
  statements.length === 0 ? "    pass" : statements.map((sql) => `    ${sql}`).join("\n")

/** The text of a revision file. */
const revisionFile = (
  { dependsOn, down, id, labels, message = `revision ${id}`, parents, up }: Written
): string =>
  `"""${message}

Revision ID: ${id}
Revises: ${parents?.join(", ") ?? ""}
Create Date: 2026-01-02 03:04:05.678901

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '${id}'
down_revision = ${pythonNames(parents)}
branch_labels = ${labels === undefined ? "None" : `(${labels.map((label) => `'${label}',`).join(" ")})`}
depends_on = ${pythonNames(dependsOn)}


def upgrade() -> None:
${calls(up)}


def downgrade() -> None:
${calls(down)}
`

const environment = `from alembic import context
from sqlalchemy import create_engine

url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
`

/** Writes the revisions as files of a directory. */
export const writeRevisions = (directory: string, revisions: ReadonlyArray<Written>): void => {
  mkdirSync(directory, { recursive: true })
  for (const revision of revisions) writeFileSync(join(directory, `${revision.id}_.py`), revisionFile(revision))
}

/** A project of Alembic with these revisions on the database below, whose tables are in a schema of their own. */
export const project = Effect.fnUntraced(function*(schema: string, revisions: ReadonlyArray<Written>) {
  const sql = yield* SqlClient.SqlClient
  const { database, host, port, username } = yield* TestDatabase.address
  yield* sql`CREATE SCHEMA ${sql(schema)}`
  const directory = yield* temporaryDirectory
  const ini = join(directory, "alembic.ini")
  const place = `host=${host}&port=${port}&options=-csearch_path%3D${schema}`
  const url = `postgresql+psycopg2://${username}@/${database}?${place}`
  const settings = [
    "[alembic]",
    `script_location = ${join(directory, "migrations")}`,
    `sqlalchemy.url = ${url.replaceAll("%", "%%")}`
  ]
  writeFileSync(ini, `${settings.join("\n")}\n`)
  writeRevisions(join(directory, "migrations", "versions"), revisions)
  writeFileSync(join(directory, "migrations", "env.py"), environment)

  /** Calls Alembic, and gives what it prints. */
  const alembic = (...given: ReadonlyArray<string>) =>
    Effect.callback<string, Error>((resume) => {
      execFile(program ?? "alembic", ["-c", ini, ...given], { cwd: directory }, (error, stdout, stderr) => {
        resume(
          error === null
            ? Effect.succeed(stdout)
            : Effect.fail(new Error(`alembic ${given.join(" ")}\n${stdout}${stderr}`))
        )
      })
    })

  /** The revisions that a command of Alembic prints, one a line. */
  const listed = (command: "current" | "heads") =>
    Effect.map(
      alembic(command),
      (printed) => printed.split("\n").map((line) => line.split(" ")[0] ?? "").filter((id) => id !== "").toSorted()
    )

  return { directory: join(directory, "migrations"), ini, alembic, listed }
})
