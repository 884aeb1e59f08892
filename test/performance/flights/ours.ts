/**
 * The answers of Andamios ORM, the way its users write it.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { type Expression, Query, Session } from "../../../src/index.ts"
import type { Flights } from "./cases.ts"
import { Airport, Flight } from "./models.ts"

/** Those that can be said, in the current session. */
export const flightsOfOurs = Effect.gen(function*() {
  const session = yield* Session.Session
  const all = <A extends object>(query: Query.Query<A>) =>
    Effect.orDie(Effect.provideService(query.all, Session.Session, session))

  const ofThatDay = Query.from(Flight).where(({ day }) => day.eq(DateTime.makeUnsafe("2001-03-01")))
  const moment = ({ departure, destination, id, origin }: Expression.Columns<typeof Flight>) => ({
    id,
    departure,
    origin,
    destination
  })

  const answers: Flights = {
    "states with the latest departures": all(
      Query.from(Flight, "flight")
        .join(Airport, "origin", ({ flight, origin }) => origin.iata.eq(flight.origin))
        .where(({ origin }) => origin.state.isNotNull())
        .groupBy(({ origin }) => ({ state: origin.state }))
        .select(({ flight }) => ({ flights: Query.count(), delay: Query.avg(flight.delay) }))
        .orderBy(({ delay }) => delay.desc())
        .limit(5)
    ),
    "late flights, counted with filters": all(
      Query.from(Flight)
        .groupBy(({ origin }) => ({ origin }))
        .having(() => Query.count().gt(10_000))
        .select(({ delay }) => ({
          flights: Query.count(),
          late: Query.count().filter(delay.gt(15)),
          lateness: Query.avg(delay).filter(delay.gt(15))
        }))
        .orderBy(({ origin }) => origin.asc())
    ),
    "next departure after each (ASOF)": all(
      Query.from(ofThatDay.where(({ destination }) => destination.eq("ATL")).select(moment), "flight")
        .asofJoin(ofThatDay.where(({ origin }) => origin.eq("ATL")).select(moment), "next", {
          on: ({ flight, next }) => next.origin.eq(flight.destination),
          nearest: ({ flight, next }) => next.departure.gte(flight.departure)
        })
        .select(({ flight, next }) => ({
          id: flight.id,
          departure: flight.departure,
          next: next.id,
          later: next.departure
        }))
        .orderBy(({ id }) => id.asc())
    )
  }
  return answers
})
