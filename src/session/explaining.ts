/**
 * Asks a database how it carries out a query.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { CompiledQuery, ResultColumn } from "../sql/CompiledQuery.ts"
import type { Plan, RemotePlans } from "../sql/Plan.ts"
import type { Database } from "./Database.ts"
import type { ReadError } from "./OrmError.ts"

/** What asks a session's database for plans. */
export const explaining = ({ dialect, read }: Pick<Database["Service"], "dialect" | "read">) => {
  const { column, plan, remote, text } = dialect.explain
  const answerOf = (asked: Asked, at: number) => {
    const before = Array.from({ length: at }, (_, index) => cell(index, "Text"))
    const told = cell(at, "Json")
    const query = { ...asked, columns: [...before, told], shape: { _tag: "Value", column: told } } as const
    return Effect.map(read(query), ([answer]) => answer)
  }
  return ({ holdsSql = false, parameters, sql }: CompiledQuery<unknown>, analyze: boolean) => {
    // only what is run may write
    const asked = { sql: text(sql, analyze), parameters, holdsSql: holdsSql && analyze }
    const own: Effect.Effect<Plan, ReadError> = Effect.map(answerOf(asked, column), plan)
    return remote === undefined
      ? own
      : Effect.flatMap(own, withRemote(remote, (question) => answerOf({ sql: question, parameters: [] }, 0)))
  }
}

type Asked = Pick<CompiledQuery<unknown>, "holdsSql" | "parameters" | "sql">

/** A plan with those of the servers that its steps ask. */
const withRemote = (
  { question, told }: RemotePlans,
  answerOf: (question: string) => Effect.Effect<unknown, ReadError>
) => {
  const whole = (step: Plan): Effect.Effect<Plan, ReadError> =>
    Effect.gen(function*() {
      const children = yield* Effect.forEach(step.children, whole)
      const asked = question(step)
      const answer = asked === undefined ? undefined : yield* answerOf(asked)
      return told({ ...step, children }, answer)
    })
  return whole
}

const cell = (index: number, type: "Text" | "Json"): ResultColumn => ({
  index,
  name: "plan",
  type: { _tag: type },
  nullable: false,
  field: undefined,
  checked: false
})
