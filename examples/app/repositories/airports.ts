/**
 * Airports, and those of them that a customer can leave from.
 */
import { Repository } from "andamios-orm"
import { Airport } from "../models/airport.ts"

export class Airports extends Repository.ReadOnly<Airports>()("flights/Airports", Airport, (airports) => ({
  byCity: airports.query.orderBy((airport) => [airport.city.asc(), airport.iata.asc()])
})) {}
