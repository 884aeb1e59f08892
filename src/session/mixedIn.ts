/**
 * What mixins add to the statements of a table: values of its columns, and conditions on its rows.
 *
 * All of it is made of the table and of the services that the fiber has when the statement runs, so every way to read or write
 * can ask for it here.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import { columnWith, type Table, type TableColumn } from "../model/Table.ts"
import type { Role, Service } from "../model/role.ts"
import type { TableSource } from "../sql/ast.ts"
import { Inexpressible } from "../sql/compilation.ts"
import type { Given } from "../sql/encode.ts"
import { equal } from "../sql/Expression.ts"
import { type Alias, fieldOf, type Node } from "../sql/node.ts"
import type { Assignment, Write } from "../sql/write.ts"

/** The services of a fiber. */
export type Services = Context.Context<never>

/** Values that a write gives to columns by itself, by these. */
export type GivenValues = ReadonlyMap<TableColumn, Given>

/** What an insert gives to columns by itself; throws `Inexpressible` where a service is missing. */
export const givenByInsert = (table: Table, services: Services): GivenValues =>
  givenBy(table, (role) => insertedIn(role, table, services))

/** What every change of a row gives to columns by itself; throws `Inexpressible` where a service is missing. */
export const givenByChange = (table: Table, services: Services): GivenValues =>
  givenBy(table, (role) => changedIn(role, table, services))

/** What tells whose a row is; throws `Inexpressible` where a service is missing. */
export const givenByTenant = (table: Table, services: Services): GivenValues =>
  givenBy(table, (role) => role._tag === "Tenant" ? always(valueOf(role.service, table, services)) : undefined)

/** What a soft delete gives to columns, or nothing where rows are removed; throws `Inexpressible` where a service is missing. */
export const givenByDelete = (table: Table, services: Services): GivenValues | undefined => {
  const deletedAt = columnWith(table, "DeletedAt")
  if (deletedAt === undefined) return undefined
  return new Map([[deletedAt, always(now(services))], ...givenByChange(table, services)])
}

/**
 * A write by condition with all that mixins make of it: an update sets more, a soft delete is an update, and an insert gives more;
 * SQL by hand stays as it is. Throws `Inexpressible` where a service is missing.
 */
export const completed = (write: Write, services: Services): Write => {
  switch (write._tag) {
    case "Update": {
      const said = new Set(write.set.map(({ column }) => column))
      const own = changesBy(write, givenByChange(write.table, services))
      return { ...write, set: [...write.set, ...own.filter(({ column }) => !said.has(column))] }
    }
    case "Delete": {
      const given = givenByDelete(write.table, services)
      return given === undefined ? write : { ...write, _tag: "Update", set: changesBy(write, given) }
    }
    case "InsertFrom": {
      const given = [...givenByInsert(write.table, services)]
      return {
        ...write,
        given: given.map(([column, { always: isSet, value }]) => ({
          column,
          node: valueIn(column, value),
          always: isSet
        }))
      }
    }
    case "RawWrite":
      return write
  }
}

/** What a change sets in each row of a source: these values, and one more where its changes are counted. */
const changesBy = (
  { alias, table: { roles } }: { readonly alias: Alias; readonly table: Table },
  given: GivenValues
): ReadonlyArray<Assignment> => [
  ...[...given].map(([column, { value }]) => ({ column, node: valueIn(column, value) })),
  ...roles.flatMap(({ column, role }) =>
    role._tag === "Version" ? [{ column, node: oneMore(fieldOf(alias, column), column) }] : []
  )
]

/** What bringing a deleted row back gives to columns; throws `Inexpressible` where a service is missing. */
export const givenByRestore = (table: Table, services: Services): GivenValues =>
  givenBy(table, (role) => role._tag === "DeletedAt" ? always(null) : changedIn(role, table, services))

/** Where changes of a table's rows are written down, by whom and when; nothing where they are not. */
export const signatureOf = (table: Table, services: Services) => {
  const found = table.roles.flatMap(({ role }) =>
    role._tag === "UpdatedBy" && role.history !== undefined
      ? [{ history: role.history(), by: valueOf(role.service, table, services), at: now(services) }]
      : []
  )
  return found[0]
}

/** The columns that tell whose a row is. */
export const tenantColumns = ({ roles }: Table): ReadonlyArray<TableColumn> =>
  roles.filter(({ role }) => role._tag === "Tenant").map(({ column }) => column)

/**
 * The conditions that rows of a table keep wherever they are read or written, but those that are lifted; throws `Inexpressible`
 * where a service is missing.
 */
export const conditionsOn = (
  { alias, lifted = [], table }: Pick<TableSource, "alias" | "lifted" | "table">,
  services: Services
): ReadonlyArray<Node> =>
  table.roles.flatMap(({ column, role }): ReadonlyArray<Node> => {
    const operand = fieldOf(alias, column)
    switch (role._tag) {
      case "DeletedAt":
        return lifted.includes("deleted") ? [] : [{ _tag: "NullCheck", operand, negated: false }]
      case "Tenant":
        return lifted.includes("tenants") ? [] : [equal(operand, valueOf(role.service, table, services)).node]
      case "CreatedAt":
      case "UpdatedAt":
      case "Version":
      case "CreatedBy":
      case "UpdatedBy":
        return []
    }
  })

const givenBy = ({ roles }: Table, give: (role: Role) => Given | undefined): GivenValues =>
  roles.length === 0 ? nothing : new Map(roles.flatMap(({ column, role }) => {
    const given = give(role)
    return given === undefined ? [] : [[column, given] as const]
  }))

const nothing: GivenValues = new Map()

const insertedIn = (role: Role, table: Table, services: Services): Given => {
  switch (role._tag) {
    case "CreatedAt":
    case "UpdatedAt":
      return whereAbsent(now(services))
    case "DeletedAt":
      return always(null)
    case "Version":
      return always(1)
    case "Tenant":
    case "CreatedBy":
    case "UpdatedBy":
      return always(valueOf(role.service, table, services))
  }
}

/** A version is no value that is given: the database adds one to what is stored. */
const changedIn = (role: Role, table: Table, services: Services): Given | undefined => {
  switch (role._tag) {
    case "UpdatedAt":
      return whereAbsent(now(services))
    case "UpdatedBy":
      return always(valueOf(role.service, table, services))
    case "CreatedAt":
    case "CreatedBy":
    case "DeletedAt":
    case "Version":
    case "Tenant":
      return undefined
  }
}

const valueIn = (column: TableColumn, value: unknown): Node => ({ _tag: "Value", value, slot: column, column })

const oneMore = (left: Node, column: TableColumn): Node => ({
  _tag: "Arithmetic",
  operator: "+",
  left,
  right: valueIn(column, 1),
  slot: column
})

const always = (value: unknown): Given => ({ value, always: true })

const whereAbsent = (value: unknown): Given => ({ value, always: false })

const now = (services: Services): DateTime.Utc =>
  DateTime.makeUnsafe(Context.get(services, Clock.Clock).currentTimeMillisUnsafe())

/** The value of a service. Its type asks for it, so only a program that cast that away gets here without it. */
const valueOf = (service: Service, { model }: Table, services: Services): unknown =>
  Option.getOrThrowWith(
    Context.getOption(services, service),
    () =>
      new Inexpressible(
        `a statement on ${model.identifier} without ${service.key}`,
        `Provide the service, as with Effect.provideService: it tells which rows of ${model.identifier} are meant, or whose they are.`
      )
  )
