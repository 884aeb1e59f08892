/**
 * Plans that tell which shards a statement asks.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { Explaining, Plan, Reading, RemotePlans } from "../../sql/Plan.ts"
import { quoted } from "../../sql/quoted.ts"
import { tokensOf } from "../../sql/sqlTokens.ts"
import { explain, planOf, property, reading } from "../plan.ts"
import type { Sharding } from "./options.ts"
import { home, schemaOf, serverOf } from "./shards.ts"

/** How plans are asked for and read where rows are spread. */
export const explaining = (sharding: Sharding): Explaining => {
  switch (sharding.strategy) {
    case "partitioned": {
      const names = sharding.shards.map(({ host, port = 5432 }, index) => `shard ${index} (${host}:${port})`)
      const how = ofPartitions(names)
      return {
        ...explain,
        // only so the schemas of foreign tables are told, which say on which shard they are
        text: (sql, analyze) => `EXPLAIN (${analyze ? "ANALYZE, " : ""}VERBOSE, FORMAT JSON) ${sql}`,
        plan: (told) => planOf(told, how),
        doing: (step) => explain.doing(step.operator === foreign ? asTable(step) : step),
        remote: ofShards(names)
      }
    }
    case "citus":
      return { ...explain, plan: (told) => planOf(told, ofCitus) }
  }
}

/** What PostgreSQL calls a step whose rows come from another server. */
const foreign = "Foreign Scan"

const ofPartitions = (shards: ReadonlyArray<string>): Reading => ({
  ...reading,
  details: (step) => without(reading.details(step), ["Output", "Schema"]),
  shards: (step) => {
    if (property(step, "Node Type") !== foreign) return []
    // what is joined or summed up there says it of all of its tables
    const places = `${String(property(step, "Schema"))}. ${String(property(step, "Relations"))}`
    return shards.filter((_, index) => places.includes(`${schemaOf(index)}.`))
  }
})

/** A step whose table is called as on the shard: the partition has the schema in its name. */
const asTable = (step: Plan): Plan => {
  const { "Relation Name": partition, ...details } = step.details
  if (partition === undefined) return step
  return { ...step, details: { ...details, "Relation Name": partition.slice(partition.lastIndexOf(".") + 1) } }
}

/**
 * Asks the shard of a step for its own plan. Only the shard knows its indexes, and how many rows it has: the coordinator guesses both.
 */
const ofShards = (shards: ReadonlyArray<string>): RemotePlans => ({
  question: ({ details: { "Remote SQL": sql }, shards: [shard] = [] }) => {
    if (sql === undefined || shard === undefined) return undefined
    return `SELECT ${home}.plan_at(${quoted(serverOf(shards.indexOf(shard)))}, ${quoted(explained(sql))})`
  },
  told: (step, answer) => {
    if (answer === undefined) return { ...step, estimatedRows: reestimated(step) }
    if (Predicate.hasProperty(answer, "Reason")) {
      return { ...step, details: { ...step.details, "Remote Plan": `not told: ${String(answer.Reason)}` } }
    }
    const there = planOf(answer, reading)
    // a condition that the coordinator keeps to itself leaves fewer of them
    const estimatedRows = step.details.Filter === undefined ? there.estimatedRows : step.estimatedRows
    return { ...step, estimatedRows, children: [...step.children, there] }
  }
})

/**
 * What a shard is asked for the plan of a statement whose values may come from other rows, when it is planned for all of them. A table that
 * is being changed isn't waited for.
 */
const explained = (sql: string): string => {
  const places = tokensOf(sql).flatMap(({ end, start }) => /^\$(\d+)$/.exec(sql.slice(start, end))?.[1] ?? [])
  const values = Array.from({ length: Math.max(0, ...places.map(Number)) }, () => "NULL").join(", ")
  return `SET lock_timeout = '1s'; SET plan_cache_mode = force_generic_plan; PREPARE asked AS ${sql}; ` +
    `EXPLAIN (FORMAT JSON) EXECUTE asked${values === "" ? "" : ` (${values})`}`
}

/** A function of the coordinator, with which a plan is still told where a shard doesn't answer. */
export const planningAt = `
CREATE OR REPLACE FUNCTION ${home}.plan_at(server TEXT, statement TEXT) RETURNS JSON LANGUAGE plpgsql AS $plan$
BEGIN
  RETURN (SELECT plan FROM ${home}.dblink(server, statement) AS told (plan JSON));
EXCEPTION WHEN OTHERS THEN
  RETURN json_build_object('Reason', SQLERRM);
END
$plan$`

/** The rows of a step, by what the shards expect of those below it, where it passes these on. */
const reestimated = ({ children, estimatedRows, operator }: Plan): number | undefined =>
  passing.has(operator) ? children.reduce((rows, child) => rows + (child.estimatedRows ?? 0), 0) : estimatedRows

const passing = new Set(["Append", "Merge Append", "Materialize", "Sort", "Hash"])

/** Citus tells the tasks of a step, and unless it is told otherwise only the plan of the first. */
const ofCitus: Reading = {
  ...reading,
  details: (step) => without(reading.details(step), ["Distributed Query"]),
  shards: (step) => {
    const job = jobOf(step)
    const nodes = [...new Set(tasksOf(job).flatMap(({ node }) => node ?? []))]
    const count = Predicate.hasProperty(job, "Task Count") ? Number(job["Task Count"]) : 0
    const more = count - tasksOf(job).length
    return more > 0 ? [...nodes, `${more} more of its ${count} tasks`] : nodes
  },
  children: (step) => {
    const own: unknown = reading.children(step)
    const steps: ReadonlyArray<unknown> = Array.isArray(own) ? own : []
    return [...steps, ...tasksOf(jobOf(step)).flatMap(({ plans }) => plans)]
  }
}

const jobOf = (step: object): unknown => {
  const query = property(step, "Distributed Query")
  return Predicate.hasProperty(query, "Job") ? query.Job : undefined
}

const tasksOf = (job: unknown) => {
  const tasks: unknown = Predicate.hasProperty(job, "Tasks") ? job.Tasks : []
  return Array.isArray(tasks) ? tasks.filter(Predicate.isObject).map(taskOf) : []
}

/** A task: where it runs, as `host:port`, and the plans that the server there tells, in lists of lists. */
const taskOf = (task: object) => {
  const [, host, port] = /host=(\S+) port=(\d+)/.exec(String(property(task, "Node"))) ?? []
  const told: unknown = property(task, "Remote Plan")
  const plans: ReadonlyArray<unknown> = Array.isArray(told) ? told.flat() : []
  return {
    node: host === undefined ? undefined : `${host}:${port}`,
    plans: plans.flatMap((one) => Predicate.hasProperty(one, "Plan") ? [one.Plan] : [])
  }
}

const without = (details: object, names: ReadonlyArray<string>): object =>
  Object.fromEntries(Object.entries(details).filter(([name]) => !names.includes(name)))
