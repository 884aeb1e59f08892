/**
 * A part of a struct or of a JSON document is asked for as a column is, to any depth, as what the model makes of it.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { day, decimal } from "./people.ts"
import type { Database } from "./Subject.ts"

const Address = Schema.Struct({
  city: Schema.String,
  zip: Schema.NullOr(Column.int32),
  since: Column.date,
  rent: Column.decimal({ precision: 10, scale: 2 }),
  tags: Schema.Array(Schema.String),
  position: Schema.Struct({ latitude: Schema.Number, cell: Column.int64, measured: Column.timestamp })
})

/** Names that mean something to SQL, to JSON paths or to JSON pointers. */
const hostile = [
  "a\"b",
  "it's",
  "$.x",
  "/a~1b",
  "a~b",
  "a/b",
  "0",
  "",
  "a.b",
  "[0]",
  "*",
  "--",
  "👩",
  "'; DROP TABLE json_places; --"
]

class Maker extends Schema.Class<Maker>("Maker")({ name: Schema.String }) {}

const Meta = Schema.Struct({
  name: Schema.String,
  rating: Schema.Number,
  visits: Schema.Int,
  open: Schema.Boolean,
  opened: Schema.Date,
  note: Schema.optionalKey(Schema.String),
  alias: Schema.OptionFromNullOr(Schema.String),
  owner: Schema.NullOr(Schema.Struct({ name: Schema.String, phones: Schema.Array(Schema.Int) })),
  kind: Schema.Union([
    Schema.Struct({ _tag: Schema.Literal("shop"), floors: Schema.Int }),
    Schema.Struct({ _tag: Schema.Literal("park"), area: Schema.Number })
  ]),
  odd: Schema.Record(Schema.String, Schema.String),
  version: Schema.Literal(2),
  maker: Maker,
  pair: Schema.Tuple([Schema.String, Schema.Int])
})

class Place extends Model.Class<Place>("Place")({
  id: Column.primaryKey(Schema.Int),
  address: Address,
  former: Schema.NullOr(Address),
  meta: Column.json(Meta),
  more: Schema.NullOr(Column.json(Schema.Array(Schema.Number))),
  coded: Schema.Struct({ size: Schema.NumberFromString, plain: Schema.Int })
}, { table: "json_places" }) {}

const addressOf = (city: string, zip: number | null): typeof Address["Type"] => ({
  city,
  zip,
  since: day("2024-02-29"),
  rent: decimal("1200.50"),
  tags: ["a", "é\"'"],
  position: { latitude: -0.5, cell: 2n ** 60n + 1n, measured: day("2024-02-29T12:30:00.123Z") }
})

const odd = Object.fromEntries(hostile.map((key, index) => [key, `value ${index}`]))

const metaOf = (title: string, visits: number): typeof Meta["Type"] => ({
  name: title,
  rating: visits / 2,
  visits,
  open: visits > 1,
  opened: new Date("2020-01-02T03:04:05.678Z"),
  alias: Option.none(),
  owner: null,
  kind: { _tag: "park", area: 1.5 },
  odd,
  version: 2,
  maker: new Maker({ name: "m" }),
  pair: ["p", visits]
})

const places = [
  {
    id: 1,
    address: addressOf("Lisboa", 1000),
    former: null,
    meta: {
      ...metaOf("O'Hara \"1\"", 3),
      note: "n",
      alias: Option.some("al"),
      owner: { name: "Ada", phones: [1, 2, 3] },
      kind: { _tag: "shop" as const, floors: 2 }
    },
    more: [1, 2.5, Infinity],
    coded: { size: 1.5, plain: 1 }
  },
  {
    id: 2,
    address: addressOf("Évora", null),
    former: addressOf("Faro", 8000),
    meta: metaOf("b", 1),
    more: null,
    coded: { size: 2, plain: 2 }
  },
  {
    id: 3,
    address: addressOf("Porto", 4000),
    former: null,
    meta: metaOf("c", 2),
    more: [],
    coded: { size: 3, plain: 3 }
  }
]

export const jsonFields = (databaseName: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Place]), { timeout: "60 seconds" })(
    `${databaseName}: parts of structs and documents`,
    (it) => {
      const stored = Effect.gen(function*() {
        if (yield* Query.from(Place).exists) return
        yield* Effect.flatMap(Repository.make(Place), (repository) => repository.insertMany(places))
      })

      it.effect("are what the struct has", () =>
        Effect.gen(function*() {
          yield* stored
          const found = yield* Query.from(Place).orderBy((place) => place.id.asc()).select((place) => ({
            city: place.address.get("city"),
            zip: place.address.get("zip"),
            since: place.address.get("since"),
            rent: place.address.get("rent"),
            tags: place.address.get("tags"),
            second: place.address.get("tags").at(1),
            position: place.address.get("position"),
            latitude: place.address.get("position").get("latitude"),
            cell: place.address.get("position").get("cell"),
            measured: place.address.get("position").get("measured"),
            former: place.former.get("city"),
            formerCell: place.former.get("position").get("cell")
          }))
          assert.deepStrictEqual(
            found,
            places.map(({ address, former }) => ({
              city: address.city,
              zip: address.zip,
              since: address.since,
              rent: address.rent,
              tags: address.tags,
              second: address.tags[1] ?? null,
              position: address.position,
              latitude: address.position.latitude,
              cell: address.position.cell,
              measured: address.position.measured,
              former: former?.city ?? null,
              formerCell: former?.position.cell ?? null
            }))
          )
        }))

      it.effect("are what the document has, through its schema", () =>
        Effect.gen(function*() {
          yield* stored
          const found = yield* Query.from(Place).orderBy((place) => place.id.asc()).select((place) => ({
            name: place.meta.get("name"),
            rating: place.meta.get("rating"),
            visits: place.meta.get("visits"),
            open: place.meta.get("open"),
            opened: place.meta.get("opened"),
            note: place.meta.get("note"),
            alias: place.meta.get("alias"),
            owner: place.meta.get("owner"),
            ownerName: place.meta.get("owner").get("name"),
            phone: place.meta.get("owner").get("phones").at(-1),
            tag: place.meta.get("kind").get("_tag"),
            floors: place.meta.get("kind").get("floors"),
            version: place.meta.get("version"),
            maker: place.meta.get("maker"),
            makerName: place.meta.get("maker").get("name"),
            one: place.meta.get("pair").at(0),
            two: place.meta.get("pair").at(1),
            size: place.coded.get("size"),
            plain: place.coded.get("plain"),
            first: place.more.at(0),
            last: place.more.at(-1)
          }))
          assert.deepStrictEqual(
            found,
            places.map(({ coded, meta, more }) => ({
              name: meta.name,
              rating: meta.rating,
              visits: meta.visits,
              open: meta.open,
              opened: meta.opened,
              note: "note" in meta ? meta.note : null,
              alias: meta.alias,
              owner: meta.owner,
              ownerName: meta.owner?.name ?? null,
              phone: meta.owner?.phones.at(-1) ?? null,
              tag: meta.kind._tag,
              floors: "floors" in meta.kind ? meta.kind.floors : null,
              version: meta.version,
              maker: meta.maker,
              makerName: meta.maker.name,
              one: meta.pair[0],
              two: meta.pair[1],
              size: coded.size,
              plain: coded.plain,
              first: more?.at(0) ?? null,
              last: more?.at(-1) ?? null
            }))
          )
        }))

      it.effect("find, sort and group rows", () =>
        Effect.gen(function*() {
          yield* stored
          const all = Query.from(Place)
          const ids = (found: ReadonlyArray<Place>) => found.map(({ id }) => id)
          assert.deepStrictEqual(ids(yield* all.where((place) => place.address.get("city").eq("Évora"))), [2])
          assert.deepStrictEqual(ids(yield* all.where((place) => place.address.get("zip").gt(1000))), [3])
          assert.deepStrictEqual(ids(yield* all.where((place) => place.address.get("zip").isNull())), [2])
          assert.deepStrictEqual(ids(yield* all.where((place) => place.address.get("rent").lt(decimal("1200.5")))), [])
          assert.deepStrictEqual(
            ids(yield* all.where((place) => place.address.get("position").get("cell").eq(2n ** 60n)))
              .length,
            0
          )
          assert.deepStrictEqual(ids(yield* all.where((place) => place.coded.get("size").eq(2))), [2])
          assert.deepStrictEqual(ids(yield* all.where((place) => place.former.get("since").eq(day("2024-02-29")))), [2])
          assert.deepStrictEqual(
            ids(
              yield* all.where((place) => place.address.get("tags").includes("é\"'"))
                .orderBy((place) => place.id.asc()).limit(1)
            ),
            [1]
          )
          assert.deepStrictEqual(
            ids(yield* all.where((place) => place.meta.get("visits").in([2, 3])).orderBy((place) => place.id.asc())),
            [1, 3]
          )
          assert.deepStrictEqual(ids(yield* all.where((place) => place.meta.get("open").not())), [2])
          assert.deepStrictEqual(ids(yield* all.where((place) => place.meta.get("name").startsWith("O'H"))), [1])
          assert.deepStrictEqual(ids(yield* all.where((place) => place.meta.get("note").isNotNull())), [1])
          assert.deepStrictEqual(ids(yield* all.where((place) => place.meta.get("alias").eq(Option.some("al")))), [1])
          assert.deepStrictEqual(
            ids(yield* all.where((place) => place.meta.get("opened").eq(new Date("2020-01-02T03:04:05.678Z")))).length,
            3
          )
          assert.deepStrictEqual(
            ids(yield* all.where((place) => place.meta.get("owner").isNull()).orderBy((place) => place.id.desc())),
            [3, 2]
          )
          assert.deepStrictEqual(ids(yield* all.orderBy((place) => place.meta.get("visits").desc())), [1, 3, 2])
          const kinds = yield* all
            .groupBy((place) => ({ kind: place.meta.get("kind").get("_tag") }))
            .select((place) => ({ places: Query.count(), visits: Query.sum(place.meta.get("visits")) }))
            .orderBy(({ kind }) => kind.asc())
          assert.deepStrictEqual(kinds, [{ kind: "park", places: 2, visits: 3 }, {
            kind: "shop",
            places: 1,
            visits: 3
          }])
        }))

      it.effect("may have any name, which is data", () =>
        Effect.gen(function*() {
          yield* stored
          const first = Query.from(Place).where((place) => place.id.eq(1))
          for (const [index, key] of hostile.entries()) {
            const [found] = yield* first.select((place) => ({ value: place.meta.get("odd").get(key) }))
            assert.deepStrictEqual(found, { value: `value ${index}` }, key)
          }
          const [missing] = yield* first
            .where((place) => place.meta.get("odd").get("missing").isNull())
            .select((place) => ({ id: place.id }))
          assert.deepStrictEqual(missing, { id: 1 })
          assert.strictEqual(yield* Query.from(Place).count, 3)
        }))

      it.effect("are parts of what is selected and read from, too", () =>
        Effect.gen(function*() {
          yield* stored
          const cities = Query.from(Place).select((place) => ({
            id: place.id,
            address: place.address,
            meta: place.meta
          }))
          const found = yield* Query.from(cities, "city")
            .where(({ city }) => city.meta.get("visits").gt(1))
            .select(({ city }) => ({ name: city.address.get("city"), opened: city.meta.get("opened") }))
            .orderBy(({ name }) => name.asc())
          assert.deepStrictEqual(found.map(({ name }) => name), ["Lisboa", "Porto"])
          assert.instanceOf(found[0]?.opened, Date)
        }))

      it.effect("are made into structs and lists of them", () =>
        Effect.gen(function*() {
          yield* stored
          const [found] = yield* Query.from(Place).select((place) => ({
            places: Query.list(Query.struct({
              "a \"city\"": place.address.get("city"),
              cell: place.address.get("position").get("cell"),
              rent: place.address.get("rent"),
              since: place.address.get("since"),
              measured: place.address.get("position").get("measured"),
              zip: place.address.get("zip"),
              open: place.meta.get("open")
            })).orderBy(place.id.desc())
          }))
          assert.deepStrictEqual(
            found?.places,
            places.toReversed().map(({ address, meta }) => ({
              "a \"city\"": address.city,
              cell: address.position.cell,
              rent: BigDecimal.make(120050n, 2),
              since: address.since,
              measured: address.position.measured,
              zip: address.zip,
              open: meta.open
            }))
          )
        }))
    }
  )
