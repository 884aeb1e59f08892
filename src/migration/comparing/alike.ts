/**
 * Whether things of two structures are the same to a database.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../../model/ColumnType.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import { isSameKey } from "../../sql/evolve.ts"
import {
  type CheckStructure,
  type ColumnStructure,
  type DistributionStructure,
  type ForeignKeyStructure,
  type IndexStructure,
  isSamePlace,
  type SqlText,
  type ViewStructure
} from "../../sql/Structure.ts"

/** The answers of a dialect that tell what is the same to its database. */
export type Answers = Pick<Dialect, "columnType" | "features" | "key" | "sharding">

/** Questions whether two things are the same to a database. */
export type Alike = ReturnType<typeof alike>

/** What compares things for a database. */
export const alike = ({ columnType, features, key, sharding }: Answers) => {
  const textOf = (sql: SqlText) => typeof sql === "string" ? sql : sql[key] ?? JSON.stringify(sql)

  const text = (one: SqlText | undefined, other: SqlText | undefined): boolean =>
    one === undefined || other === undefined ? one === other : textOf(one) === textOf(other)

  const texts = (some: ReadonlyArray<SqlText>, others: ReadonlyArray<SqlText>): boolean =>
    some.length === others.length && some.every((one, index) => text(one, others[index]))

  const type = (one: ColumnType, other: ColumnType): boolean => columnType(one) === columnType(other)

  return {
    text,
    type,
    /** In all but what is said about it. */
    column: (one: ColumnStructure, other: ColumnStructure): boolean =>
      type(one.type, other.type) && one.nullable === other.nullable && one.identity === other.identity &&
      text(one.default, other.default) && text(one.generated, other.generated),
    /** Constraints have names of their own in some databases alone, and checks alone are known by them. */
    key: isSameKey,
    check: (one: CheckStructure, other: CheckStructure): boolean =>
      text(one.condition, other.condition) &&
      (one.name === undefined || other.name === undefined || one.name === other.name),
    foreignKey: (one: ForeignKeyStructure, other: ForeignKeyStructure): boolean =>
      isSameKey(one, other) && isSamePlace(one.references, other.references) &&
      texts(one.targets, other.targets) && (!features.onDelete || one.onDelete === other.onDelete),
    index: (one: IndexStructure, other: IndexStructure): boolean =>
      one.name === other.name && one.unique === other.unique && texts(one.on, other.on) && text(one.where, other.where),
    /** Where there is one server, all tables are on it. */
    distribution: (one: DistributionStructure | undefined, other: DistributionStructure | undefined): boolean =>
      sharding === undefined || JSON.stringify(one) === JSON.stringify(other),
    view: (one: ViewStructure, other: ViewStructure): boolean =>
      isSamePlace(one, other) && text(one.sql, other.sql) && one.comment === other.comment
  }
}

/** The things that are gone, and those that have come, where each that is the same as another stays. */
export const apart = <A>(
  before: ReadonlyArray<A>,
  after: ReadonlyArray<A>,
  isSame: (one: A, other: A) => boolean
): { readonly gone: ReadonlyArray<A>; readonly come: ReadonlyArray<A> } => {
  const come = [...after]
  const gone = before.filter((one) => {
    const place = come.findIndex((other) => isSame(one, other))
    if (place >= 0) come.splice(place, 1)
    return place < 0
  })
  return { gone, come }
}
