/**
 * Databases for tests: names only.
 *
 * @since 0.1.0
 */
export * as PostgresServer from "./testing/PostgresServer.ts"
export * as TestDatabase from "./testing/TestDatabase.ts"
