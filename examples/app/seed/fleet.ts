/**
 * What the company flies, and the seats in it.
 */
import { Aircraft, AircraftCode, Seat, SeatNumber } from "../models/aircraft.ts"

interface Plan {
  readonly code: string
  readonly name: string
  /** The farthest that it flies, in miles. */
  readonly range: number
  readonly business: { readonly rows: number; readonly letters: string }
  readonly economy: { readonly rows: number; readonly letters: string }
}

const plans: ReadonlyArray<Plan> = [
  {
    code: "PC12",
    name: "Pilatus PC-12",
    range: 260,
    business: { rows: 0, letters: "" },
    economy: { rows: 4, letters: "AF" }
  },
  {
    code: "AT72",
    name: "ATR 72",
    range: 700,
    business: { rows: 0, letters: "" },
    economy: { rows: 17, letters: "ACDF" }
  },
  {
    code: "A320",
    name: "Airbus A320",
    range: 1_600,
    business: { rows: 3, letters: "ACDF" },
    economy: { rows: 23, letters: "ABCDEF" }
  },
  {
    code: "A332",
    name: "Airbus A330",
    range: Infinity,
    business: { rows: 6, letters: "ACDF" },
    economy: { rows: 36, letters: "ABCDEF" }
  }
]

const seatsOf = ({ business, code, economy }: Plan): ReadonlyArray<typeof Seat.insert.Type> =>
  Array.from({ length: business.rows + economy.rows }, (_, index) => {
    const cabin = index < business.rows ? "business" : "economy"
    return Array.from(
      (cabin === "business" ? business : economy).letters,
      (letter) => ({ row: index + 1, letter, cabin })
    )
  }).flat().map(({ cabin, letter, row }, place) =>
    Seat.insert.make({
      aircraftCode: AircraftCode.make(code),
      number: SeatNumber.make(`${row}${letter}`),
      place,
      cabin: cabin === "business" ? "business" : "economy"
    })
  )

export const seats = plans.flatMap(seatsOf)

export const fleet = plans.map(({ code, name, range }) => ({
  aircraft: Aircraft.insert.make({
    code: AircraftCode.make(code),
    name,
    seats: seats.filter(({ aircraftCode }) => aircraftCode === code).length
  }),
  range
}))
