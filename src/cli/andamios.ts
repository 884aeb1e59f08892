/**
 * The tree of commands: `andamios migrate up` and the others.
 *
 * @since 0.1.0
 */
import * as Command from "effect/cli/Command"
import { import as imported } from "./alembic/import.ts"
import { pull } from "./db/pull.ts"
import { push } from "./db/push.ts"
import { reset } from "./db/reset.ts"
import { seed } from "./db/seed.ts"
import { doctor } from "./doctor.ts"
import { init } from "./init.ts"
import { generate } from "./generate.ts"
import { globalFlags } from "./manner.ts"
import { adopt } from "./migrate/adopt.ts"
import { check } from "./migrate/check.ts"
import { down } from "./migrate/down.ts"
import { heads } from "./migrate/heads.ts"
import { history } from "./migrate/history.ts"
import { merge } from "./migrate/merge.ts"
import { plan } from "./migrate/plan.ts"
import { prove } from "./migrate/prove.ts"
import { restore } from "./migrate/restore.ts"
import { sql } from "./migrate/sql.ts"
import { squash } from "./migrate/squash.ts"
import { stamp } from "./migrate/stamp.ts"
import { status } from "./migrate/status.ts"
import { to } from "./migrate/to.ts"
import { up } from "./migrate/up.ts"
import { move } from "./move.ts"
import { profile } from "./profile.ts"
import { query } from "./query.ts"
import { erd } from "./schema/erd.ts"
import { export as exported } from "./schema/export.ts"

const migrate = Command.make("migrate").pipe(
  Command.withDescription("Brings the database to a revision, and tells where it stands"),
  Command.withSubcommands([
    up,
    down,
    to,
    status,
    history,
    heads,
    check,
    plan,
    prove,
    merge,
    squash,
    stamp,
    sql,
    restore,
    adopt
  ])
)

const db = Command.make("db").pipe(
  Command.withDescription("Reads models from the database, and brings it to what they want while a project is young"),
  Command.withSubcommands([pull, push, reset, seed])
)

const schema = Command.make("schema").pipe(
  Command.withDescription("Draws and tells the structure of the models or of the database"),
  Command.withSubcommands([erd, exported])
)

const alembic = Command.make("alembic").pipe(
  Command.withDescription("Makes revisions of what Alembic prints"),
  Command.withSubcommands([imported])
)

/** All that `andamios` can be told to do. */
export const andamios = Command.make("andamios").pipe(
  Command.withDescription("Migrations, models and databases of Andamios ORM"),
  Command.withSubcommands([init, generate, migrate, db, schema, alembic, move, query, profile, doctor]),
  Command.withGlobalFlags(globalFlags)
)
