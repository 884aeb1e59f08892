/**
 * How a database carries out a query: its plan, as a tree of steps.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"

/**
 * One step of a plan, and the steps whose rows it takes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan {
  /** What the database calls the step, such as `SEQ_SCAN` or `Hash Join`. */
  readonly operator: string
  /** What it says of the step beside that, such as its condition. */
  readonly details: Readonly<Record<string, string>>
  /** The number of rows that the database expects, where it tells. */
  readonly estimatedRows: number | undefined
  /** The number of rows that there were, where the query was run. */
  readonly actualRows: number | undefined
  /** The time that the step took by itself or with those below, as the database tells it, where the query was run. */
  readonly milliseconds: number | undefined
  /** The shards that the step asks by itself, where rows are spread over several servers: `shard 0 (host:port)`. */
  readonly shards?: ReadonlyArray<string>
  readonly children: ReadonlyArray<Plan>
}

/**
 * What a step does that a finding asks about.
 *
 * @category models
 * @since 0.1.0
 */
export type Doing =
  | {
    readonly _tag: "Scan"
    /** The name of the table alone. */
    readonly table: string
    /** The names of columns that its condition casts. */
    readonly casts: ReadonlyArray<string>
    /** Whether an index finds the rows, where the plan tells. */
    readonly byIndex: boolean
  }
  /** Each row of one side meets each row of the other. */
  | { readonly _tag: "Product" }
  | { readonly _tag: "Other" }

/**
 * How a database is asked for the plan of a statement, and what its steps do.
 *
 * @category models
 * @since 0.1.0
 */
export interface Explaining {
  /** The question; with `analyze`, the statement is run and measured. */
  readonly text: (sql: string, analyze: boolean) => string
  /** The column of the answer that has the plan, as JSON. */
  readonly column: number
  /** The plan in what was told. */
  readonly plan: (told: unknown) => Plan
  /** What a step does. */
  readonly doing: (step: Plan) => Doing
  /** How it is known what other servers do, where rows are spread over several. */
  readonly remote?: RemotePlans
}

/**
 * Tells how other servers carry out what the steps of a plan ask of them.
 *
 * @category models
 * @since 0.1.0
 */
export interface RemotePlans {
  /** The question that another server answers, with its plan as JSON in the first column; none where a step asks none. */
  readonly question: (step: Plan) => string | undefined
  /** A step with what was answered, if it was asked, and with what is known of the steps below it. */
  readonly told: (step: Plan, answer: unknown) => Plan
}

/**
 * Every step of a plan, each before those below it.
 *
 * @category conversions
 * @since 0.1.0
 */
export const stepsOf = (plan: Plan): ReadonlyArray<Plan> => [plan, ...plan.children.flatMap(stepsOf)]

/**
 * Every shard that a plan asks, once; none where rows are not spread, or where none of them is asked.
 *
 * @example
 * ```ts
 * import { Column, Model, Plan, Query } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Ticket extends Model.Class<Ticket>("Ticket")({
 *   tenantId: Column.primaryKey(Schema.Int),
 *   number: Column.primaryKey(Schema.Int)
 * }, { table: "tickets", distribution: { by: "tenantId" } }) {}
 *
 * // ["shard 1 (10.0.0.2:5432)"]
 * const asked = Query.from(Ticket).where((ticket) => ticket.tenantId.eq(3)).explain().pipe(Effect.map(Plan.shardsOf))
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const shardsOf = (plan: Plan): ReadonlyArray<string> =>
  [...new Set(stepsOf(plan).flatMap(({ shards = [] }) => shards))].toSorted()

/**
 * The plan as an aligned tree, one step in each line, with its rows and details.
 *
 * @example
 * ```ts
 * import { Column, Model, Plan, Query } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * const program = Effect.gen(function*() {
 *   const plan = yield* Query.from(Book).explain({ analyze: true })
 *   yield* Effect.log(Plan.draw(plan))
 *   return Plan.stepsOf(plan).map(({ operator }) => operator)
 * })
 * ```
 *
 * @category drawing
 * @since 0.1.0
 */
export const draw = (plan: Plan): string => {
  const lines = linesOf(plan, "", "")
  const width = (of: (line: Line) => string) => Math.max(...lines.map((line) => of(line).length))
  const [step, rows, time] = [
    width(({ step: text }) => text),
    width(({ rows: text }) => text),
    width(({ time: text }) => text)
  ]
  return lines
    .map((line) =>
      [line.step.padEnd(step), line.rows.padStart(rows), line.time.padStart(time), line.details]
        .filter((_, index) => [step, rows, time, 1][index] !== 0)
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

interface Line {
  readonly step: string
  readonly rows: string
  readonly time: string
  readonly details: string
}

const linesOf = (plan: Plan, first: string, next: string): ReadonlyArray<Line> => [
  {
    step: first + plan.operator,
    rows: rowsText(plan),
    time: plan.milliseconds === undefined ? "" : `${plan.milliseconds.toFixed(2)} ms`,
    details: [
      ...plan.shards === undefined ? [] : [`on ${plan.shards.join(", ")}`],
      ...Object.entries(plan.details).map(([name, detail]) => `${name}: ${detail}`)
    ].join("; ")
  },
  ...plan.children.flatMap((child, index) =>
    index === plan.children.length - 1
      ? linesOf(child, `${next}└─ `, `${next}   `)
      : linesOf(child, `${next}├─ `, `${next}│  `)
  )
]

const rowsText = ({ actualRows, estimatedRows }: Plan): string => {
  const estimated = estimatedRows === undefined ? [] : [`~${estimatedRows}`]
  const actual = actualRows === undefined ? [] : [String(actualRows)]
  const told = [...estimated, ...actual]
  return told.length === 0 ? "" : `${told.join(" → ")} rows`
}

/**
 * Reads what a database tells of a step, under the names that it has for that.
 *
 * @category conversions
 * @since 0.1.0
 */
export interface Reading {
  /** What the step does. */
  readonly operator: (step: object) => string
  /** More about it, by names. */
  readonly details: (step: object) => object
  /** How many rows it was thought to give. */
  readonly estimatedRows: (step: object) => unknown
  /** How many it gave, where it was run. */
  readonly actualRows: (step: object) => unknown
  /** How long it took, where it was run. */
  readonly milliseconds: (step: object) => unknown
  /** The shards that the step asks, in a database that spreads rows. */
  readonly shards?: (step: object) => ReadonlyArray<string>
  /** The steps that it takes its rows from. */
  readonly children: (step: object) => unknown
}

/**
 * The plan that a database tells as JSON.
 *
 * @example
 * ```ts
 * import { Plan } from "andamios-orm"
 * import { Predicate } from "effect"
 *
 * // how a database of one's own names the parts of its plans
 * const field = (name: string) => (step: object): unknown => Predicate.hasProperty(step, name) ? step[name] : undefined
 *
 * const plan = Plan.read({ node: "Scan", rows: 12 }, {
 *   operator: (step) => String(field("node")(step)),
 *   details: () => ({}),
 *   estimatedRows: field("rows"),
 *   actualRows: () => undefined,
 *   milliseconds: () => undefined,
 *   children: () => []
 * })
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const read = (step: object, reading: Reading): Plan => {
  const children = reading.children(step)
  const shards = reading.shards?.(step) ?? []
  return {
    operator: reading.operator(step),
    details: Object.fromEntries(
      Object.entries(reading.details(step)).flatMap(([name, detail]: readonly [string, unknown]) => {
        const text = detailText(detail)
        return text === "" ? [] : [[name, text]]
      })
    ),
    estimatedRows: numberOf(reading.estimatedRows(step)),
    actualRows: numberOf(reading.actualRows(step)),
    milliseconds: numberOf(reading.milliseconds(step)),
    ...(shards.length > 0 && { shards }),
    children: Array.isArray(children)
      ? children.filter(Predicate.isObject).map((child) => read(child, reading))
      : []
  }
}

const detailText = (detail: unknown): string => {
  if (Array.isArray(detail)) return detail.map(detailText).join(", ")
  return typeof detail === "string" ? detail.replace(/\s+/g, " ").trim() : JSON.stringify(detail)
}

const numberOf = (told: unknown): number | undefined => {
  const number = typeof told === "string" && told !== "" ? Number(told) : told
  return typeof number === "number" && Number.isFinite(number) ? number : undefined
}
