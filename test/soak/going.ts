/**
 * Goes up or down the long history, and tells of its statements and commits.
 */
import { Migrator } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Tracer from "effect/Tracer"
import { revisions } from "./longHistory.ts"

/** Which way to go, and where to end: before which statement, or so many milliseconds after the beginning of the first commit. */
export type Order =
  & { readonly direction: "up" | "down" }
  & ({ readonly statement: number } | { readonly commit: number })

/** Goes as far as it is told. */
export const going = (direction: Order["direction"], target: string) =>
  (direction === "up" ? Migrator.up : Migrator.down)(target, { allowLoss: "everything" }).pipe(
    Effect.provide(Migrator.layer({ revisions, onStart: "nothing" }), { local: true }),
    Effect.provide(Logger.layer([]))
  )

/** Is told of every statement before it runs. */
export const watching = (told: () => void) =>
  Tracer.make({
    span: (options) => {
      if (options.kind === "client") told()
      return new Tracer.NativeSpan(options)
    }
  })
