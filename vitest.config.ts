import "./scripts/node-version.mjs"
import { defineConfig } from "vitest/config"

export default defineConfig({
  // the tests and examples import "andamios-orm" as a user does, and get src/; the other conditions are Vite's own
  ssr: { resolve: { conditions: ["andamios-source", "module", "node", "development|production"] } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/performance/**", "**/node_modules/**"],
    pool: "forks",
    fileParallelism: true,
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
      reporter: ["text", "html", "lcov"]
    }
  }
})
