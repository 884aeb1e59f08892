/**
 * Plans that tell which shards a statement asks.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { Dialect } from "../../sql/Dialect.ts"
import type { Reading } from "../../sql/Plan.ts"
import { explain, planOf, property, reading } from "../plan.ts"
import type { Shard, Sharding } from "./options.ts"
import { schemaOf } from "./shards.ts"

/** How plans are asked for and read where rows are spread. */
export const explaining = (sharding: Sharding): Dialect["explain"] => {
  switch (sharding.strategy) {
    case "partitioned": {
      const how = ofPartitions(sharding.shards)
      return {
        ...explain,
        // only so the schemas of foreign tables are told, which say on which shard they are
        text: (sql, analyze) => `EXPLAIN (${analyze ? "ANALYZE, " : ""}VERBOSE, FORMAT JSON) ${sql}`,
        plan: (told) => planOf(told, how)
      }
    }
    case "citus":
      return { ...explain, plan: (told) => planOf(told, ofCitus) }
  }
}

const ofPartitions = (shards: ReadonlyArray<Shard>): Reading => {
  const names = shards.map(({ host, port = 5432 }, index) => `shard ${index} (${host}:${port})`)
  return {
    ...reading,
    details: (step) => without(reading.details(step), ["Output", "Schema"]),
    shards: (step) => {
      if (property(step, "Node Type") !== "Foreign Scan") return []
      // what is joined or summed up there says it of all of its tables
      const places = `${String(property(step, "Schema"))}. ${String(property(step, "Relations"))}`
      return names.filter((_, index) => places.includes(`${schemaOf(index)}.`))
    }
  }
}

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
