/**
 * Proofs in files, from `andamios migrate prove --out` to `andamios migrate up --proof`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { type Proof, ProofJson } from "../../migration/MigrationProof.ts"
import { FileUnusable } from "../CommandError.ts"

/** The proof of a file. */
export const readProof = Effect.fnUntraced(function*(file: string) {
  const files = yield* FileSystem.FileSystem
  return yield* files.readFileString(file).pipe(
    Effect.flatMap(Schema.decodeEffect(ProofJson)),
    Effect.mapError(({ message }) => new FileUnusable({ file, reason: `This is no proof: ${message}` }))
  )
})

/** Writes a proof into a file, over the one that is there. */
export const writeProof = Effect.fnUntraced(function*(file: string, proof: Proof) {
  const files = yield* FileSystem.FileSystem
  yield* Schema.encodeEffect(ProofJson)(proof).pipe(
    Effect.flatMap((text) => files.writeFileString(file, text)),
    Effect.mapError(({ message }) => new FileUnusable({ file, reason: message }))
  )
})
