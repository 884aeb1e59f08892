/**
 * Databases for tests, and what tests say of them: names only.
 *
 * @since 0.1.0
 */
export * as Chaos from "./testing/Chaos.ts"
export * as Performance from "./testing/Performance.ts"
export * as Factory from "./testing/Factory.ts"
export * as Fixture from "./testing/Fixture.ts"
export * as PostgresServer from "./testing/PostgresServer.ts"
export * as State from "./testing/State.ts"
export { expectState } from "./testing/State.ts"
export * as Statements from "./testing/Statements.ts"
export { expectNoNPlusOne, expectStatements } from "./testing/Statements.ts"
export * as TestDatabase from "./testing/TestDatabase.ts"
