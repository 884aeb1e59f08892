/**
 * What a project's `andamios.config.ts` is written with: names only.
 *
 * @since 0.1.0
 */
export { type Config, defineConfig } from "./cli/Config.ts"
