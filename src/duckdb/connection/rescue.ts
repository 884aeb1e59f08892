/**
 * Makes a file readable again whose write-ahead log DuckDB can't replay when it opens the file.
 *
 * @since 0.1.0
 */
import { type DuckDBConnection, DuckDBInstance, quotedString } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { link, rm } from "node:fs/promises"
import { type Failure, failureOf } from "../failure/failure.ts"

/**
 * Writes the log into the file. A log that holds certain changes of structure, such as a default that calls a function, is
 * replayed without a default database, and fails for it (https://github.com/duckdb/duckdb/issues/22044); attached to another
 * database, which then is the default, the same file is whole. There the replay looks for enums by their names, too.
 */
export const rescue = (path: string): Effect.Effect<void, Failure> =>
  Effect.gen(function*() {
    const instance = yield* Effect.acquireRelease(
      attempt(() => DuckDBInstance.create(":memory:")),
      (opened) => Effect.sync(() => opened.closeSync())
    )
    const connection = yield* Effect.acquireRelease(
      attempt(() => instance.connect()),
      (opened) => Effect.sync(() => opened.closeSync())
    )
    // where they can't be declared, the log may do without
    yield* Effect.ignore(declareEnums(connection, path))
    yield* attempt(async () => {
      await connection.run(`ATTACH ${quotedString(path)} AS rescued`)
      await connection.run("CHECKPOINT rescued")
      await connection.run("DETACH rescued")
    })
  }).pipe(
    Effect.scoped,
    Effect.andThen(
      Effect.logWarning(
        `${path} could not be opened after its process had ended early; its last changes have been recovered.`
      )
    )
  )

/** The statements that declare them again. */
const enums = `
  SELECT unnest([
    'CREATE SCHEMA IF NOT EXISTS ' || quoted(schema_name),
    'CREATE TYPE ' || quoted(schema_name) || '.' || quoted(type_name) || ' AS ENUM (' ||
      array_to_string([chr(39) || replace(label, chr(39), repeat(chr(39), 2)) || chr(39) FOR label IN labels], ', ') || ')'
  ])
  FROM duckdb_types() WHERE database_name = 'without_log' AND logical_type = 'ENUM' AND NOT internal
`

/** Declares the enums that are in the file itself, read under a second name of it, for which there is no log. */
const declareEnums = Effect.fnUntraced(function*(connection: DuckDBConnection, path: string) {
  const name = `${path}.without-log`
  const unlink = attempt(() => rm(name, { force: true }))
  yield* Effect.acquireRelease(
    Effect.andThen(unlink, attempt(() => link(path, name))),
    () => Effect.ignore(unlink)
  )
  yield* attempt(async () => {
    await connection.run(`CREATE MACRO quoted(name) AS '"' || replace(name, '"', '""') || '"'`)
    await connection.run(`ATTACH ${quotedString(name)} AS without_log (READ_ONLY)`)
    const found = await connection.runAndReadAll(enums)
    await connection.run("DETACH without_log")
    for (const [statement] of found.getRows()) await connection.run(String(statement))
  })
}, Effect.scoped)

const attempt = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: (error) => failureOf(error, "") })
