/**
 * What servers say of the log that one of them writes and the others replay.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Driver } from "../connection.ts"

/** Where a server is in the log of which system. */
export interface Place {
  /** Whether it follows another one, and takes no writes. */
  readonly follows: boolean
  readonly position: bigint
  /** What tells logs apart: the system, its database, and the timeline, which is another one once a follower has become a primary. */
  readonly log: string
}

/** The timeline is the beginning of the names of the log's files. */
const ofPrimary = `SELECT 'no', pg_current_wal_insert_lsn()::text,
  concat_ws('/', system_identifier, current_database(),
    ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer),
  current_setting('wal_block_size'), pg_size_bytes(current_setting('wal_segment_size'))::text
FROM pg_control_system()`

const ofReplica = `SELECT CASE WHEN pg_is_in_recovery() THEN 'yes' ELSE 'no' END,
  coalesce(pg_last_wal_replay_lsn(), '0/0')::text,
  concat_ws('/', system_identifier, current_database(), greatest(timeline_id, min_recovery_end_timeline))
FROM pg_control_system(), pg_control_checkpoint(), pg_control_recovery()`

const asking = (sql: string) => (connection: Pick<Driver, "queryValues">): Effect.Effect<Place, SqlError> =>
  Effect.map(connection.queryValues(sql, []), ([row]) => {
    const [follows, position, log, block = "8192", segment = "16777216"] = row?.map(String) ?? []
    return {
      follows: follows === "yes",
      position: endOfRecord(positionIn(position ?? "0/0"), BigInt(block), BigInt(segment)),
      log: log ?? ""
    }
  })

/** Asks the primary; one that is no primary fails. */
export const askPrimary = asking(ofPrimary)

/** Asks a server that should follow. */
export const askReplica = asking(ofReplica)

/**
 * Where the last record ends. The next one begins behind the header of a page, if it begins on a new one, and a replica doesn't come
 * so far before there is one.
 */
const endOfRecord = (position: bigint, block: bigint, segment: bigint): bigint => {
  const header = position % segment === longHeader ? longHeader : position % block === shortHeader ? shortHeader : 0n
  return position - header
}

const longHeader = 40n
const shortHeader = 24n

/** A position such as `16/B374D848`: the halves of a number. */
const positionIn = (text: string): bigint => {
  const [high = "0", low = "0"] = text.split("/")
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

/** A position as PostgreSQL writes it. */
export const positionText = (position: bigint): string =>
  `${(position >> 32n).toString(16)}/${(position & 0xffff_ffffn).toString(16)}`.toUpperCase()
