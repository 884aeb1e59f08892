/**
 * The answers of Andamios ORM, the way its users write it.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Column, type Expression, Query, Session } from "../../../src/index.ts"
import type { Flights } from "./cases.ts"
import { Airport, Flight } from "./models.ts"

/** All of them, in the current session. */
export const flightsOfOurs = Effect.gen(function*() {
  const session = yield* Session.Session
  const all = <A extends object>(query: Query.Query<A>) =>
    Effect.orDie(Effect.provideService(query.all, Session.Session, session))

  const thatDay = DateTime.makeUnsafe("2001-03-01")
  const ofThatDay = Query.from(Flight).where(({ day }) => day.eq(thatDay))
  const moment = ({ departure, destination, id, origin }: Expression.Columns<typeof Flight>) => ({
    id,
    departure,
    origin,
    destination
  })

  const months = Query.cte(
    "months",
    Query.from(Flight)
      .groupBy(({ day, origin }) => ({ origin, month: day.month() }))
      .select(({ delay }) => ({ flights: Query.count(), delay: Query.avg(delay) }))
  )

  const gaps = Query.cte(
    "gaps",
    Query.from(Flight)
      .where(({ origin }) => origin.eq("SFO"))
      .select(({ delay, departure, id }) => ({
        departure,
        delay,
        starts: Query.caseWhen(
          departure.since(
            Query.lag(departure).over({ orderBy: [departure.asc(), id.asc()] }),
            "seconds"
          ).lte(600),
          0
        ).otherwise(1)
      }))
  )
  const sessions = Query.cte(
    "sessions",
    Query.from(gaps, "gap").select(({ gap: { delay, departure, starts } }) => ({
      departure,
      delay,
      session: Query.sum(starts).over({ orderBy: departure.asc() })
    }))
  )

  const flown = Query.cte(
    "flown",
    Query.from(Flight)
      .where(({ day }) => day.lt(DateTime.makeUnsafe("2001-07-01")))
      .select(({ day, destination, origin }) => ({ origin, destination, month: day.month() }))
      .distinct()
  )
  const cohorts = Query.cte(
    "cohorts",
    Query.from(flown, "flown").select(({ flown: { destination, month, origin } }) => ({
      month,
      first: Query.min(month).over({ partitionBy: [origin, destination] })
    }))
  )

  const routes = Query.cte(
    "routes",
    ofThatDay.select(({ destination, origin }) => ({ origin, destination })).distinct()
  )
  const start = Query.values([{ airport: "SBA", hops: 0 }], { airport: Schema.String, hops: Column.int32 })
  const reached = Query.recursive(
    "reached",
    Query.from(start, "start").select(({ start: { airport, hops } }) => ({ airport, hops })),
    (self) =>
      Query.from(self, "last")
        .join(routes, "route", ({ last, route }) => route.origin.eq(last.airport))
        .where(({ last }) => last.hops.lt(3))
        .select(({ last, route }) => ({ airport: route.destination, hops: last.hops.add(1) }))
  )

  const answers: Required<Flights> = {
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
    "quantiles of delay": all(
      Query.from(Flight)
        .groupBy(({ origin }) => ({ origin }))
        .having(() => Query.count().gt(20_000))
        .select(({ delay }) => ({
          median: Query.median(delay),
          ninth: Query.quantile(delay, 0.9),
          last: Query.quantile(delay, 0.99)
        }))
        .orderBy(({ origin }) => origin.asc())
    ),
    "three destinations of each origin": all(
      Query.from(Flight)
        .groupBy(({ destination, origin }) => ({ origin, destination }))
        .select((_, { destination, origin }) => ({
          flights: Query.count(),
          place: Query.rowNumber().over({
            partitionBy: origin,
            orderBy: [Query.count().desc(), destination.asc()]
          })
        }))
        .qualify(({ place }) => place.lte(3))
        .orderBy(({ origin, place }) => [origin.asc(), place.asc()])
    ),
    "running total": all(
      Query.from(Flight)
        .groupBy(({ day }) => ({ day }))
        .select((_, { day }) => ({
          flights: Query.count(),
          total: Query.sum(Query.count()).over({ orderBy: day.asc() })
        }))
        .orderBy(({ day }) => day.asc())
    ),
    "moving average of seven days": all(
      Query.from(Flight)
        .groupBy(({ day }) => ({ day }))
        .select(({ delay }, { day }) => ({
          delay: Query.avg(delay),
          week: Query.avg(Query.avg(delay)).over({
            orderBy: day.asc(),
            frame: { rows: [{ preceding: 6 }, "current row"] }
          })
        }))
        .orderBy(({ day }) => day.asc())
    ),
    "percent of total": all(
      Query.from(Flight)
        .groupBy(({ origin }) => ({ origin }))
        .select(() => ({
          flights: Query.count(),
          percent: Query.count().multiply(100).divide(Query.sum(Query.count()).over())
        }))
        .orderBy(({ flights, origin }) => [flights.desc(), origin.asc()])
        .limit(20)
    ),
    "percent within the state": all(
      Query.from(Flight, "flight")
        .join(Airport, "from", ({ flight, from }) => from.iata.eq(flight.origin))
        .groupBy(({ flight, from }) => ({ state: from.state, origin: flight.origin }))
        .select((_, { state }) => ({
          flights: Query.count(),
          percent: Query.count().multiply(100).divide(Query.sum(Query.count()).over({ partitionBy: state }))
        }))
        .orderBy(({ origin, state }) => [state.asc(), origin.asc()])
    ),
    "each month and the one before": all(
      Query.from(months, "each")
        .select(({ each: { delay, flights, month, origin } }) => ({
          origin,
          month,
          flights,
          change: delay.subtract(Query.lag(delay).over({ partitionBy: origin, orderBy: month.asc() }))
        }))
        .orderBy(({ month, origin }) => [origin.asc(), month.asc()])
    ),
    "each day and the same a week ago": all(
      Query.from(Flight)
        .groupBy(({ day }) => ({ day }))
        .select((_, { day }) => ({
          flights: Query.count(),
          change: Query.count().subtract(Query.lag(Query.count(), 7).over({ orderBy: day.asc() }))
        }))
        .orderBy(({ day }) => day.asc())
    ),
    "grouping sets": all(
      Query.from(Flight)
        .groupingSets(({ day, origin }) => ({ origin, month: day.month() }), [["origin", "month"], ["origin"], [
          "month"
        ], []])
        .select(({ delay }) => ({ flights: Query.count(), delay: Query.avg(delay) }))
        .orderBy(({ month, origin }) => [origin.asc(), month.asc()])
    ),
    "months as columns": all(
      Query.from(Flight)
        .groupBy(({ origin }) => ({ origin }))
        .select(({ day }) => ({
          january: Query.count().filter(day.month().eq(1)),
          february: Query.count().filter(day.month().eq(2)),
          march: Query.count().filter(day.month().eq(3)),
          april: Query.count().filter(day.month().eq(4)),
          may: Query.count().filter(day.month().eq(5)),
          june: Query.count().filter(day.month().eq(6))
        }))
        .orderBy(({ origin }) => origin.asc())
    ),
    "longest gaps between departures": all(
      Query.from(Flight)
        .where(({ origin }) => origin.in(["ATL", "ORD", "DFW", "LAX"]))
        .select(({ departure, id, origin }) => ({
          origin,
          departure,
          seconds: departure.since(
            Query.lag(departure).over({ partitionBy: origin, orderBy: [departure.asc(), id.asc()] }),
            "seconds"
          )
        }))
        .orderBy(({ departure, origin, seconds }) => [seconds.desc(), origin.asc(), departure.asc()])
        .limit(20)
    ),
    "sessions of departures": all(
      Query.from(sessions, "each")
        .groupBy(({ each }) => ({ session: each.session }))
        .select(({ each: { delay, departure } }) => ({
          first: Query.min(departure),
          flights: Query.count(),
          delay: Query.avg(delay)
        }))
        .orderBy(({ flights, session }) => [flights.desc(), session.asc()])
        .limit(100)
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
    ),
    "cohorts of routes": all(
      Query.from(cohorts, "each")
        .groupBy(({ each: { first, month } }) => ({ first, month }))
        .select(() => ({ routes: Query.count() }))
        .orderBy(({ first, month }) => [first.asc(), month.asc()])
    ),
    "histogram of delays": all(
      Query.from(Flight)
        .groupBy(({ delay }) => ({
          class: Query.caseWhen(delay.lt(0), "early").when(delay.lte(15), "on time").when(delay.lte(60), "late")
            .otherwise("very late")
        }))
        .select(({ delay }) => ({ flights: Query.count(), least: Query.min(delay), most: Query.max(delay) }))
        .orderBy((each) => each.class.asc())
    ),
    "ranks of airports": all(
      Query.from(Flight)
        .groupBy(({ origin }) => ({ origin }))
        .having(() => Query.count().gt(1000))
        .select(({ delay }, { origin }) => ({
          delay: Query.avg(delay),
          rank: Query.denseRank().over({ orderBy: Query.avg(delay).desc() }),
          quarter: Query.ntile(4).over({ orderBy: [Query.avg(delay).desc(), origin.asc()] })
        }))
        .orderBy(({ origin, rank }) => [rank.asc(), origin.asc()])
    ),
    "reachable within three flights (recursive)": all(
      Query.from(reached, "each")
        .groupBy(({ each: { airport } }) => ({ airport }))
        .select(({ each }) => ({ hops: Query.min(each.hops) }))
        .orderBy(({ airport }) => airport.asc())
    ),
    "latest hundred flights of each day": all(
      Query.from(Flight)
        .where(({ delay }) => delay.gt(60))
        .qualify(({ day, delay, id }) =>
          Query.rowNumber().over({ partitionBy: day, orderBy: [delay.desc(), id.asc()] }).lte(100)
        )
        .orderBy(({ day, id }) => [day.asc(), id.asc()])
    )
  }
  return answers
})
