/**
 * Who has booked what so far: made up by chance, which is the same whenever it is asked with the same seed.
 */
import { DateTime, Effect, Random } from "effect"
import type { Seat } from "../models/aircraft.ts"
import { seats } from "./fleet.ts"
import type { NewFlight } from "./timetable.ts"

/** A seat that is sold: to which customer, on which flight, and how many minutes ago. Both are told by their places. */
export interface Sale {
  readonly customer: number
  readonly flight: number
  readonly seat: typeof Seat.insert.Type
  readonly minutesAgo: number
}

/** The first small aircraft of tomorrow, by their places: they are sold out, so that somebody can be refused. */
const full = (flights: ReadonlyArray<NewFlight>): ReadonlyArray<number> =>
  flights.flatMap(({ aircraftCode, departsAt }, index) => {
    const [first] = flights
    const isTomorrow = first !== undefined &&
      DateTime.isGreaterThan(departsAt, DateTime.add(first.departsAt, { hours: 24 }))
    return aircraftCode === "PC12" && isTomorrow ? [index] : []
  }).slice(0, 5)

const month = 30 * 24 * 60

/** The sales of a month, more of them lately than long ago. Nobody has two seats on a flight, and no seat is sold twice. */
export const sales = Effect.fnUntraced(function*(
  flights: ReadonlyArray<NewFlight>,
  customers: number,
  each: number
): Effect.fn.Return<ReadonlyArray<Sale>> {
  const left = new Map(
    flights.map(({ aircraftCode }, index) =>
      [index, seats.filter((seat) => seat.aircraftCode === aircraftCode)] as const
    )
  )
  const small = full(flights)

  const wishesOf = Effect.fnUntraced(function*(customer: number) {
    // eight seats, and eight customers who were quick
    const quick = customer >= customers - 8 ? small : []
    const others = yield* Effect.replicateEffect(Random.nextIntBetween(0, flights.length - 1), each)
    return [...new Set([...quick, ...others])]
  })

  const sold: Array<Sale> = []
  for (const customer of Array.from({ length: customers }, (_, index) => index)) {
    for (const flight of yield* wishesOf(customer)) {
      const [seat, ...rest] = left.get(flight) ?? []
      if (seat === undefined) continue
      left.set(flight, rest)
      const chance = yield* Random.next
      sold.push({ customer, flight, seat, minutesAgo: Math.floor(month * chance ** 1.2) })
    }
  }
  return sold
})
