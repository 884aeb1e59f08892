/**
 * `andamios migrate prove`: tries a run on the real rows, and tells what it does to them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { isHarmless, reported } from "../../migration/MigrationProof.ts"
import { Migrator } from "../../migration/Migrator.ts"
import { Answered } from "../CommandError.ts"
import { exitCodes } from "../ending.ts"
import { answer, tell } from "../output.ts"
import { migrator } from "../project.ts"
import { planned } from "./planning.ts"
import { writeProof } from "./proofFile.ts"

export const prove = Command.make("prove", {
  ...planned,
  out: Flag.String("out").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Writes the proof into a file, for `andamios migrate up --proof`"),
    Flag.optional
  )
}, ({ direction, out, target }) =>
  Effect.gen(function*() {
    const proof = yield* Migrator.use((service) => service.prove(Option.getOrUndefined(target), direction))
    if (Option.isSome(out)) yield* writeProof(out.value, proof)
    yield* answer(proof, reported(proof))
    if (Option.isSome(out)) yield* tell(`\nThe proof is in ${out.value}.`)
    if (!isHarmless(proof)) return yield* new Answered({ exitCode: exitCodes.refused })
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription(
      "Tries a run on the real rows, rolls it back, and tells what it did; fails with 3 where something is lost"
    )
  )
