/**
 * What a seat costs.
 */
import { BigDecimal } from "effect"
import type { Seat } from "../models/aircraft.ts"
import type { Flight } from "../models/flight.ts"

const factors = { business: BigDecimal.make(25n, 1), economy: BigDecimal.make(1n, 0) }

/** The price of a seat, exact to the cent. */
export const priceOf = ({ fare }: Pick<Flight, "fare">, { cabin }: Pick<Seat, "cabin">): BigDecimal.BigDecimal =>
  BigDecimal.round(BigDecimal.multiply(fare, factors[cabin]), { scale: 2, mode: "half-from-zero" })
