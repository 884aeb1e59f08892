/**
 * The customers that there are.
 */
import { Repository } from "andamios-orm"
import { Customer } from "../models/customer.ts"

export class Customers extends Repository.ReadOnly<Customers>()("flights/Customers", Customer, (customers) => ({
  /** Those that this demonstration lets everybody act for. */
  some: customers.query.orderBy((customer) => customer.name.asc()).limit(12)
})) {}
