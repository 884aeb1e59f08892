/**
 * Who a shard is: the coordinator keeps a name of its own, and each shard keeps whose it is, and which. Databases that are copied all
 * together stay what they are to each other.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { quoted } from "../../sql/quoted.ts"
import { atAs, home, serverOf } from "./shards.ts"

/** Gives the coordinator its name, once. */
export const named = `DO ${
  quoted(
    `BEGIN IF to_regprocedure('${home}.coordinator()') IS NULL THEN ` +
      `EXECUTE format('CREATE FUNCTION ${home}.coordinator() RETURNS TEXT LANGUAGE sql AS %L', format('SELECT %L', gen_random_uuid())); ` +
      "END IF; END"
  )
}`

/** Whose and which a shard is from now on, when the transaction is stored. */
export const claiming = (shard: number): string =>
  atAs(
    shard,
    `format('CREATE OR REPLACE FUNCTION ${home}.shard() RETURNS TEXT LANGUAGE sql AS %L', ` +
      `'/* ${shard} */ SELECT ' || quote_literal(${home}.coordinator()))`
  )

/** The database that answers, whatever it is called: the one of that number on the server that started then. */
const running =
  `(SELECT extract(epoch FROM pg_postmaster_start_time()) || ' ' || oid FROM pg_database WHERE datname = current_database())`

const told =
  `SELECT ${running}, (SELECT prosrc FROM pg_proc WHERE pronamespace = to_regnamespace('${home}') AND proname = 'shard')`

/** Asks the database behind a shard's address who it is. */
export const whoIs = (shard: number): string =>
  `SELECT jsonb_build_object('coordinator', ${home}.coordinator(), 'here', ${running}, 'place', place, 'claim', claim) ` +
  `FROM ${home}.dblink(${quoted(serverOf(shard))}, ${quoted(told)}) AS t (place TEXT, claim TEXT)`

const Who = Schema.Struct({
  coordinator: Schema.String,
  here: Schema.String,
  place: Schema.String,
  claim: Schema.NullOr(Schema.String)
})

/** What is told of a shard and its coordinator. */
export type Who = typeof Who.Type

/** Reads what `whoIs` answers. */
export const decodeWho = (answer: unknown): Effect.Effect<Who> => Effect.orDie(Schema.decodeUnknownEffect(Who)(answer))

/** Why a database can't be that shard, after the others before it. */
export const mistaken = (
  shard: number,
  { claim, coordinator, here, place }: Who,
  others: ReadonlyArray<Who>,
  isUsed: boolean
): string | undefined => {
  if (place === here) return "is the coordinator itself"
  const same = others.findIndex((other) => other.place === place)
  if (same >= 0) return `is shard ${same}, and was given as shard ${shard} again`
  const [, number, owner] = /^\/\* (\d+) \*\/ SELECT '(.*)'$/.exec(claim ?? "") ?? []
  if (owner !== undefined && owner !== coordinator) return "is a shard of another coordinator"
  if (!isUsed || number === String(shard)) return undefined
  return number === undefined
    ? "is none of its shards: rows would be looked for in the wrong place"
    : `is its shard ${number}, and was given as shard ${shard}: rows would be looked for in the wrong place`
}
