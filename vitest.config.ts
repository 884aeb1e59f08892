import "./scripts/node-version.mjs"
import { stripTypeScriptTypes } from "node:module"
import { defineConfig } from "vitest/config"

// a part of the tests is judged with the others, by `npm run coverage:merge`
const isPart = process.argv.some((argument) => argument.startsWith("--shard"))

const sources = /\/src\/[\w/.-]+\.ts$/

export default defineConfig({
  // tests run what Node makes of the sources, as processes of their own do: each place of a file is the same in both, and counted once
  plugins: [{
    name: "andamios:types",
    enforce: "pre",
    transform: { filter: { id: sources }, handler: (code) => ({ code: stripTypeScriptTypes(code), map: null }) }
  }],
  oxc: { exclude: [sources] },
  // the tests and examples import "andamios-orm" as a user does, and get src/; the other conditions are Vite's own
  ssr: { resolve: { conditions: ["andamios-source", "module", "node", "development|production"] } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/performance/**", "**/node_modules/**"],
    pool: "forks",
    fileParallelism: true,
    // otherwise one core is left idle, which is half of a small machine
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    typecheck: { enabled: false },

    // nothing passes silently
    passWithNoTests: false,
    allowOnly: false,
    retry: 0,
    dangerouslyIgnoreUnhandledErrors: false,

    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // the command line, and whatever is killed, is tested in processes of its own
      autoAttachSubprocess: true,
      reporter: ["text-summary", "html", "json-summary", "lcov"],
      // what is held: it may be raised, and is never lowered.
      thresholds: isPart ? {} : {
        statements: 98,
        lines: 99,
        functions: 98,
        branches: 95,
        "src/model/**": { 100: true },
        "src/**/{pool,ConnectionPool}.ts": { 100: true },
        "src/sql/**": { 100: true },
        "src/session/**": { 100: true },
        "src/query/**": { statements: 99, lines: 99.5, functions: 99, branches: 94 },
        "src/migration/**": { statements: 99.5, lines: 99.8, functions: 99.5, branches: 95.5 },
        "src/duckdb/**": { statements: 97.5, lines: 98.5, functions: 98, branches: 92 },
        "src/postgres/**": { statements: 99, lines: 99.5, functions: 98.5, branches: 95.5 },
        "src/testing/**": { statements: 97.5, lines: 98.5, functions: 97, branches: 89 },
        "src/cli/**": { statements: 95.5, lines: 96, functions: 93.5, branches: 82 }
      }
    }
  }
})
