/**
 * Where a command finds Alembic's revision files: where its flags say, or else the config.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Flag from "effect/cli/Flag"
import * as Alembic from "../../migration/Alembic.ts"

/** What says where Alembic is. */
export const placeFlags = {
  ini: Flag.String("ini").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Alembic's ini, whose revision files have names, labels and dependencies"),
    Flag.optional
  ),
  directory: Flag.String("directory").pipe(
    Flag.withMetavar("DIRECTORY"),
    Flag.withDescription("The directory of its revision files, in the place of an ini"),
    Flag.optional
  ),
  versionTable: Flag.String("version-table").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription("Its version table, where env.py gives it another name than alembic_version"),
    Flag.optional
  )
}

interface PlaceFlags {
  readonly ini: Option.Option<string>
  readonly directory: Option.Option<string>
  readonly versionTable: Option.Option<string>
}

/** The place and the version table that are meant; undefined where nobody says one. */
export const placed = Effect.fnUntraced(function*(
  { directory, ini, versionTable }: PlaceFlags,
  configured: Alembic.Options | undefined
) {
  const path = yield* Path.Path
  const place: Alembic.Options | undefined = Option.isSome(ini)
    ? { ini: path.resolve(ini.value) }
    : Option.isSome(directory)
    ? { directory: path.resolve(directory.value) }
    : configured
  if (Option.isSome(versionTable)) return { place, versionTable: versionTable.value }
  return { place, versionTable: place === undefined ? undefined : (yield* Alembic.versionTableOf(place)).name }
})
