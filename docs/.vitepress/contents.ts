/**
 * The table of contents: which page stands in which part, in the order in which they are read.
 *
 * A name is a page of docs/, and one that ends with a slash is a folder, whose pages are found by themselves.
 */
export const contents: Readonly<Record<string, ReadonlyArray<string>>> = {
  "Start": ["getting-started", "features"],
  "Models": ["models", "relations", "mixins", "aggregates"],
  "Reading and writing": ["queries", "raw-sql", "repositories", "unit-of-work", "sessions", "errors"],
  "Databases": [
    "connections",
    "duckdb",
    "duckdb-sql",
    "postgres",
    "files",
    "scaling",
    "moving",
    "replicas",
    "sharding",
    "databases"
  ],
  "Migrations": ["migrations", "cli", "cli-migrations", "alembic"],
  "Testing": ["testing", "factories", "chaos", "testing-practices"],
  "Caches": ["caching", "shared-caches", "live-queries"],
  "Operation": ["performance", "profiling", "benchmarks", "observability"],
  "Applications": ["patterns", "http-api", "effect-modules"],
  "Recipes": ["recipes/"],
  "Coming from": ["coming-from/"],
  "About the library": ["architecture", "doc-comments", "versioning", "upgrading", "glossary"],
  "API": ["api/"],
  "Examples": ["examples/index"],
  "Basic examples": ["examples/basic/"],
  "Intermediate examples": ["examples/intermediate/"],
  "Advanced examples": ["examples/advanced/"],
  "Examples of recipes": ["examples/recipes/"]
}
