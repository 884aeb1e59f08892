/**
 * PostgreSQL, reached by swapping one Layer: names only.
 *
 * @since 0.1.0
 */
export * as Postgres from "./postgres/Postgres.ts"
