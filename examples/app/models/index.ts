/**
 * All that the service stores, for migrations, diagrams and tests.
 */
import { Aircraft, Seat } from "./aircraft.ts"
import { Airport } from "./airport.ts"
import { Booking } from "./booking.ts"
import { Change } from "./change.ts"
import { Customer } from "./customer.ts"
import { Flight } from "./flight.ts"

export const models = [Airport, Aircraft, Seat, Flight, Customer, Booking, Change] as const
