/**
 * Why a seat can't be had or given back: each a type, and each a sentence for the person who asked.
 */
import { Schema } from "effect"

/** What every refusal tells of: the flight, as people call it. */
const flight = { flight: Schema.String }

export class SoldOut extends Schema.TaggedError<SoldOut>()("SoldOut", flight) {
  override get message(): string {
    return `Flight ${this.flight} is sold out. Choose another flight.`
  }
}

export class AlreadyBooked extends Schema.TaggedError<AlreadyBooked>()("AlreadyBooked", flight) {
  override get message(): string {
    return `You have a seat on flight ${this.flight} already. Cancel it first if you want another one.`
  }
}

export class SeatTaken extends Schema.TaggedError<SeatTaken>()("SeatTaken", { ...flight, seat: Schema.String }) {
  override get message(): string {
    return `Seat ${this.seat} of flight ${this.flight} is taken. Choose another seat.`
  }
}

export class NoSuchSeat extends Schema.TaggedError<NoSuchSeat>()("NoSuchSeat", { ...flight, seat: Schema.String }) {
  override get message(): string {
    return `Flight ${this.flight} has no seat ${this.seat}. Choose another seat.`
  }
}

export class FlightCancelled extends Schema.TaggedError<FlightCancelled>()("FlightCancelled", flight) {
  override get message(): string {
    return `Flight ${this.flight} is cancelled. Choose another flight.`
  }
}

export class FlightDeparted extends Schema.TaggedError<FlightDeparted>()("FlightDeparted", flight) {
  override get message(): string {
    return `Flight ${this.flight} has left. Nothing can be changed any more.`
  }
}
