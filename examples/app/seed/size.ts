/**
 * How much is made up.
 */
export interface Size {
  /** How many of the busiest airports are flown to. */
  readonly airports: number
  readonly days: number
  readonly customers: number
  /** About how many flights each of them has booked. */
  readonly bookings: number
}

/** What the application starts with. */
export const full: Size = { airports: 12, days: 10, customers: 40, bookings: 75 }

/** What a test needs. */
export const small: Size = { airports: 6, days: 2, customers: 12, bookings: 10 }
