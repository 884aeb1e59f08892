/**
 * Compiles statements, and tells in a session's words why one can't be.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { type Circumstances, Inexpressible } from "../sql/compilation.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { NotStorable } from "../sql/storable.ts"
import { attempted } from "./attempt.ts"
import type { Strictness } from "./strictness.ts"
import { conditionsOn, type Services } from "./mixedIn.ts"
import { QueryFailed, Unsupported } from "./OrmError.ts"

/** What compiles statements for a database. */
export const compiling = (dialect: Dialect, strictness: Strictness) => {
  const compiledIn = compilingIn(dialect, strictness)
  return <A>(compile: Compile<A>) => Effect.withFiber((fiber) => compiledIn(fiber, compile))
}

type Compile<A> = (circumstances: Circumstances, services: Services) => A

/** As `compiling`, for a fiber that is told. */
export const compilingIn =
  ({ name }: Dialect, strictness: Strictness) =>
  <A>(fiber: Fiber.Fiber<unknown, unknown>, compile: Compile<A>): Effect.Effect<A, QueryFailed | Unsupported> => {
    const { context } = fiber
    const conditions: Circumstances["conditions"] = (source) => conditionsOn(source, context)
    return attempted(
      () => compile({ isStrict: strictness(fiber), conditions }, context),
      (thrown) => failureOf(name, thrown)
    )
  }

/** What is made with the services of the fiber, where nothing that it needs is missing. */
export const withServices = <A>(
  database: string,
  make: (services: Services) => A
): Effect.Effect<A, QueryFailed | Unsupported> =>
  Effect.withFiber((fiber) => attempted(() => make(fiber.context), (thrown) => failureOf(database, thrown)))

/** The failure that a thrown error is, where it is one. */
export const failureOf = (database: string, thrown: unknown): QueryFailed | Unsupported | undefined => {
  if (thrown instanceof NotStorable) {
    return new QueryFailed({ sql: "", reason: `a parameter can't be sent: ${thrown.message}` })
  }
  return thrown instanceof Inexpressible
    ? new Unsupported({ database, feature: thrown.feature, instead: thrown.instead })
    : undefined
}
