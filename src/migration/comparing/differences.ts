/**
 * What has to change for a database to be what its models want.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Model from "../../model/Model.ts"
import { Database } from "../../session/Database.ts"
import type { ReadError, TransactionError, WriteError } from "../../session/OrmError.ts"
import { evolve } from "../../sql/evolve.ts"
import type { Operation } from "../../sql/operation.ts"
import { at, type Place, type Structure } from "../../sql/Structure.ts"
import type { Answers } from "./alike.ts"
import { type Compared, comparing, type DesiredOptions } from "./desired.ts"
import { diff } from "./diff.ts"
import { type Candidate, candidates, type RenameRefused, renaming } from "./renames.ts"

/** What is told of a comparison. */
export interface Options extends DesiredOptions {
  /** What goes under another name, by names such as `{ "books": "works", "books.title": "heading" }`. */
  readonly renames?: Readonly<Record<string, string>>
}

/** What differs, and what may be a rename that nobody told. */
export interface Differences {
  readonly operations: ReadonlyArray<Operation>
  readonly candidates: ReadonlyArray<Candidate>
}

/** What makes the one structure the other, where these things go under another name. */
export const differencesOf = (
  { live, wanted }: Compared,
  dialect: Answers,
  names: Readonly<Record<string, string>> = {}
): Result.Result<Differences, RenameRefused> =>
  Result.map(renaming(live, wanted, names), (renames) => {
    const to = withRenames(wanted, live, evolve(live, renames))
    return { operations: diff(live, to, { dialect, renames }), candidates: candidates(live, to, { dialect, renames }) }
  })

/** What is left alone knows what it reads and refers to under the new names; and what is renamed is not left alone. */
const withRenames = (wanted: Structure, live: Structure, renamed: Structure): Structure => {
  const followed = <P extends Place>(all: ReadonlyArray<P>, old: ReadonlyArray<P>, anew: ReadonlyArray<P>) =>
    all.flatMap((thing) => old.includes(thing) ? at(anew, thing) ?? [] : [thing])
  return {
    ...wanted,
    tables: followed(wanted.tables, live.tables, renamed.tables),
    views: followed(wanted.views, live.views, renamed.views)
  }
}

/** What makes a database what these models want it to be: nothing, where it is that already. */
export const differences = Effect.fn("Migration.differences")(function*(
  models: ReadonlyArray<Model.Any>,
  options: Options = {}
): Effect.fn.Return<
  ReadonlyArray<Operation>,
  RenameRefused | ReadError | WriteError | TransactionError,
  Database
> {
  const { dialect } = yield* Database
  const compared = yield* comparing(models, options)
  const { operations } = yield* Effect.fromResult(differencesOf(compared, dialect, options.renames))
  return operations
})
