/**
 * What is measured of everyone. Each does it the way its documentation shows; what one has no way for is left out.
 */
import type * as Effect from "effect/Effect"
import type { Flights } from "./flights/cases.ts"
import type { Proofs } from "./flights/proofs.ts"
import type { Repeated } from "./northwind/cached.ts"
import type { Requests } from "./northwind/requests.ts"
import type { Northwind } from "./northwind/questions.ts"
import type { LookUps, Reads } from "./repository/cases.ts"

/** Work to be measured. It does not fail: what goes wrong is a defect of the benchmark. */
export type Work<A> = Effect.Effect<A>

/** Inserts, finds, changes and removes users, all as instances that a unit of work knows, with `endPhase` in between. */
export type UserLoop = (endPhase: Work<void>) => Work<void>

/** Rows as their reader makes them. */
export type Rows = ReadonlyArray<object>

/** One side of a comparison. */
export interface Competitor {
  readonly name: string
  /** Runs plain SQL, to prepare and to check: this is never measured. */
  readonly sql: (text: string) => Work<ReadonlyArray<Readonly<Record<string, unknown>>>>
  /** The readings with these ids, each asked for by itself. */
  readonly readById?: (ids: ReadonlyArray<number>) => Work<Rows>
  /** The readings whose level is at least the first and less than the second. */
  readonly readLevels?: (least: number, beyond: number) => Work<Rows>
  /** All readings. */
  readonly readAll?: () => Work<Rows>
  /** All readings, each of whose values is checked, as if somebody else had written them. */
  readonly readAllStrictly?: () => Work<Rows>
  /** The number of readings, of which all numbers were read: those of a whole column at once, where that can be done. */
  readonly readNumbers?: () => Work<number>
  /** The number of readings, each of which was an object meanwhile. */
  readonly streamAll?: () => Work<number>
  /** For each day, in order: how many readings there are, their mean level and their greatest serial. */
  readonly summarizeDays?: () => Work<Rows>
  /** The ten days of which the first thousand readings have the most valid partners among the first hundred thousand. */
  readonly rankDays?: () => Work<Rows>
  /** Inserts the readings with these ids into `incoming`, each by itself. */
  readonly insertEach?: (ids: ReadonlyArray<number>) => Work<unknown>
  /** Inserts them at once, a thousand or so. */
  readonly insertMany?: (ids: ReadonlyArray<number>) => Work<unknown>
  /** Inserts them at once, however many they are. */
  readonly load?: (ids: ReadonlyArray<number>) => Work<unknown>
  /** Gets a connection of its own and gives it back, that often. */
  readonly connect?: (times: number) => Work<number>
  /** Asks for the number one, that often. */
  readonly selectOne?: (times: number) => Work<Rows>
  /** What a repository reads. */
  readonly reads?: Reads
  /** What is looked up by many at the same time. */
  readonly lookUps?: LookUps
  /** The loop of MikroORM's public benchmark. */
  readonly userLoop?: UserLoop
  /** Answers about the trading company. */
  readonly northwind?: Northwind
  /** A page that is asked for again and again. */
  readonly repeated?: Repeated
  /** The same of a program that keeps ten thousand answers. */
  readonly crowded?: Repeated
  /** Requests to it of a program that may be profiled. */
  readonly requests?: Requests
  /** Answers about the flights. */
  readonly flights?: Flights
  /** What proofs on the flights find. */
  readonly proofs?: Proofs
}
