/**
 * Has the server told to end an interrupted statement until it has ended.
 *
 * The driver tells it once, and the server forgets that where the statement has not begun to run: then that would run on, with the locks of
 * its transaction, and the driver would give up the connection after five seconds. To tell it the driver opens a connection of its own,
 * in the fiber that is interrupted. That is the sign by which we begin to tell it, too, so that no statement needs a fiber that watches it.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { moment, repeatedly } from "../session/inTime.ts"

type Interruptible = Pick<PgConnection, "interrupt">

/** A statement that a fiber waits for, and what tells the server to end it once the driver has. */
interface Running extends Interruptible {
  telling?: Fiber.Fiber<never>
}

/** The statements that are waited for, by the numbers of their fibers. */
const running = new Map<number, Running>()

/** Runs a statement of a connection whose sockets are opened with `socketOpened`. */
export const insistently = <A, E, R>(
  query: Effect.Effect<A, E, R>,
  connection: Interruptible
): Effect.Effect<A, E, R> => Effect.onExitPrimitive(begun(connection, query), ended)

/** As `insistently`, for rows whose statement the driver ends when the stream is closed. */
export const insistentlyStreamed = <A, E, R>(
  rows: Stream.Stream<A, E, R>,
  connection: Interruptible
): Stream.Stream<A, E, R> =>
  Stream.unwrap(Effect.as(
    Effect.addFinalizer(() => ended() ?? Effect.void),
    Stream.transformPull(rows, (pull, scope) =>
      Effect.as(Scope.addFinalizer(scope, begun(connection, Effect.void)), pull))
  ))

const begun = <A, E, R>({ interrupt }: Interruptible, then: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    running.set(fiber.id, { interrupt })
    return then
  })

const ended = () => {
  const fiber = Fiber.getCurrent()
  if (fiber === undefined) return undefined
  const telling = running.get(fiber.id)?.telling
  running.delete(fiber.id)
  return telling && Fiber.interrupt(telling)
}

/** To be called when the driver opens a socket: where a fiber waits for a statement, it is that statement's cancel. */
export const socketOpened = (): void => {
  const fiber = Fiber.getCurrent()
  const statement = fiber && running.get(fiber.id)
  if (statement === undefined) return
  statement.telling ??= Effect.runFork(Effect.andThen(moment, repeatedly(statement.interrupt)))
}
