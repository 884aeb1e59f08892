/**
 * `andamios alembic import`: makes revisions of ours of what Alembic prints, so that a database can go on without Python.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Alembic from "../../migration/Alembic.ts"
import { directoryOf } from "../../migration/files/directory.ts"
import { revisionsOf } from "../../migration/graph/revisions.ts"
import { FileUnusable } from "../CommandError.ts"
import { answer, counted } from "../output.ts"
import { Project } from "../project.ts"
import { placed, placeFlags } from "./place.ts"

const imported = Command.make("import", {
  up: Argument.String("file").pipe(
    Argument.withDescription("What `alembic upgrade heads --sql` printed; - for the standard input")
  ),
  down: Flag.String("down").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("What `alembic downgrade heads:base --sql` printed; without it there is no way back"),
    Flag.optional
  ),
  ...placeFlags
}, ({ down, up, ...given }) =>
  Effect.gen(function*() {
    const { config, migrations } = yield* Project
    const { place, versionTable } = yield* placed(given, config.alembic)
    const headers = place === undefined ? [] : yield* Alembic.revisions(place)
    const printed = {
      up: yield* textOf(up),
      ...(Option.isSome(down) ? { down: yield* textOf(down.value) } : {}),
      ...(versionTable === undefined ? {} : { versionTable }),
      revisions: headers
    }
    const scripts = yield* Effect.fromResult(Alembic.importFiles(printed))
    const revisions = yield* Effect.fromResult(Alembic.importSql(printed))
    const there = (yield* directoryOf(migrations)).map(({ revision }) => revision)
    const ids = revisions.map(({ id }) => id)
    const twice = there.filter(({ id }) => ids.includes(id)).map(({ id }) => id)
    if (twice.length > 0) {
      return yield* new FileUnusable({
        file: migrations,
        reason: `These revisions are there already: ${twice.join(", ")}. Print only what comes after them, as in ` +
          "`alembic upgrade a1:heads --sql`."
      })
    }
    const known = new Set([...there.map(({ id }) => id), ...ids])
    const others = config.alembic === undefined ? [] : headers.filter(({ id }) => !known.has(id))
    yield* Effect.fromResult(revisionsOf([...there, ...revisions, ...others]))
    const files = yield* written(scripts)
    yield* answer({ revisions: ids, files, headers: place !== undefined }, [
      ...files.map((file) => `wrote ${file}`),
      "",
      `${
        counted(ids.length, "revision")
      }. Say where the database has them with \`andamios migrate stamp\`; they run where it has not.`,
      ...(place === undefined
        ? ["Names, labels and dependencies are not in what Alembic prints: say --ini or --directory to have them."]
        : [])
    ])
  }).pipe(Effect.provide(Project.layer))).pipe(
    Command.withDescription("Makes SQL revisions of what `alembic upgrade --sql` prints"),
    Command.withExamples([
      {
        command: "andamios alembic import up.sql --down down.sql --ini ../python/alembic.ini",
        description: "both ways"
      },
      { command: "alembic upgrade heads --sql | andamios alembic import -", description: "from the standard input" }
    ])
  )

export { imported as import }

const textOf = Effect.fnUntraced(function*(name: string) {
  const files = yield* FileSystem.FileSystem
  const { stdin } = yield* Stdio.Stdio
  const text = name === "-" ? Stream.mkString(Stream.decodeText(stdin)) : files.readFileString(name)
  return yield* Effect.mapError(text, ({ message }) => new FileUnusable({ file: name, reason: message }))
})

/** Writes all of the files or, where one is in the way, none; returns their names from the working directory on. */
const written = Effect.fnUntraced(function*(scripts: ReadonlyArray<Alembic.SqlFile>) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { migrations } = yield* Project
  const done: Array<string> = []
  const writing = Effect.forEach(scripts, ({ name, text }) => {
    const file = path.join(migrations, name)
    return files.writeFileString(file, text, { flag: "wx" }).pipe(
      Effect.mapError(({ message }) => new FileUnusable({ file, reason: message })),
      Effect.tap(() => Effect.sync(() => done.push(file))),
      Effect.as(path.relative(path.resolve(), file))
    )
  })
  return yield* Effect.onError(
    writing,
    () => Effect.forEach(done, (file) => Effect.ignore(files.remove(file)), { discard: true })
  )
})
