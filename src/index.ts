/**
 * Andamios ORM: the typed ORM of the Effect ecosystem.
 *
 * @since 0.1.0
 */
export * as Column from "./model/Column.ts"
export * as ColumnType from "./model/ColumnType.ts"
export * as Index from "./model/Index.ts"
export { InvalidModel } from "./model/InvalidModel.ts"
export * as Mixin from "./model/Mixin.ts"
export * as Reference from "./model/Reference.ts"
export * as Model from "./model/Model.ts"
export * as Relation from "./model/Relation.ts"
export * as Table from "./model/Table.ts"
export * as Computed from "./sql/Computed.ts"
export * as Check from "./sql/Check.ts"
export * as Generated from "./sql/Generated.ts"
export * as Dialect from "./sql/Dialect.ts"
export * as Expression from "./sql/Expression.ts"
export * as Plan from "./sql/Plan.ts"
export * as Vector from "./sql/Vector.ts"
export * as ConnectionPool from "./session/ConnectionPool.ts"
export * as OrmError from "./session/OrmError.ts"
export * as DomainEvents from "./session/DomainEvents.ts"
export * as Decode from "./session/Decode.ts"
export * as Session from "./session/Session.ts"
export * as Query from "./query/Query.ts"
export * as Sql from "./query/Sql.ts"
export * as Repository from "./query/Repository.ts"
