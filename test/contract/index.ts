/**
 * The promises of Andamios ORM, for tests of Layers of your own: names only.
 *
 * @since 0.1.0
 */
export * as Contract from "./Contract.ts"
