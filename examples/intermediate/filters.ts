/**
 * Everything that a condition can say, and what the compiler refuses to let it say.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, type Expression, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { BigDecimal, Console, DateTime, Effect, Schema } from "effect"

const Address = Schema.Struct({ city: Schema.String, zip: Schema.NullOr(Schema.String) })

class Guest extends Model.Class<Guest>("Guest")({
  id: Column.serial(Schema.Int),
  name: Schema.String,
  age: Schema.NullOr(Column.int32),
  spent: Column.decimal({ precision: 8, scale: 2 }),
  born: Column.date,
  languages: Schema.Array(Schema.String),
  address: Address,
  notes: Column.json(Schema.Struct({ vip: Schema.Boolean, room: Schema.NullOr(Schema.Int) }))
}, { table: "guests" }) {}

const euros = BigDecimal.fromStringUnsafe
const day = (text: string) => DateTime.makeUnsafe(text)

const guests: ReadonlyArray<Model.Insert<typeof Guest>> = [
  {
    name: "Ada",
    age: 36,
    spent: euros("120.50"),
    born: day("1990-12-10"),
    languages: ["en", "fr"],
    address: { city: "Madrid", zip: "28001" },
    notes: { vip: true, room: 7 }
  },
  {
    name: "Émilie",
    age: null,
    spent: euros("80.00"),
    born: day("1976-02-29"),
    languages: ["fr"],
    address: { city: "Paris", zip: null },
    notes: { vip: false, room: null }
  },
  {
    name: "100% Bob",
    age: 17,
    spent: euros("0.05"),
    born: day("2008-07-04"),
    languages: [],
    address: { city: "Bilbao", zip: "48001" },
    notes: { vip: false, room: 12 }
  }
]

type Guests = Expression.Columns<typeof Guest>

/** The names of the guests that a condition holds for. */
const show = Effect.fn("show")(function*(what: string, condition: (guest: Guests) => Expression.Condition) {
  const found = yield* Query.from(Guest).where(condition).orderBy((guest) => guest.id.asc())
  yield* Console.log(`${what.padEnd(22)} ${found.map(({ name }) => name).join(", ") || "nobody"}`)
})

const plain = Effect.gen(function*() {
  yield* show("equal", (guest) => guest.name.eq("Ada"))
  yield* show("greater", (guest) => guest.spent.gt(euros("80")))
  yield* show("between", (guest) => guest.born.between(day("1976-01-01"), day("1990-12-31")))
  yield* show("one of", (guest) => guest.id.in([1, 3, 99]))
  yield* show("one of none", (guest) => guest.id.in([]))
  yield* show("and, or, not", (guest) => guest.age.gt(30).or(guest.name.startsWith("É")).and(guest.id.eq(1).not()))

  // `gt` of null is unknown, and so is its opposite. `is` and `isNot` always know.
  yield* show("not older than 30", (guest) => guest.age.gt(30).not())
  yield* show("null", (guest) => guest.age.isNull())
  yield* show("is not 17", (guest) => guest.age.isNot(17))
})

const ofTheirTypes = Effect.gen(function*() {
  yield* show("pattern", (guest) => guest.name.like("%\\%%")) // a percent sign of its own is escaped
  yield* show("any case", (guest) => guest.name.ilike("é%"))
  yield* show("regular expression", (guest) => guest.name.matches("^[0-9]+"))
  yield* show("length", (guest) => guest.name.length().eq(6))
  yield* show("calculated", (guest) => guest.spent.multiply(euros("2")).gte(euros("160")))
  yield* show("born on a leap day", (guest) => guest.born.month().eq(2).and(guest.born.day().eq(29)))
  yield* show("in a list", (guest) => guest.languages.includes("fr"))
  yield* show("of a struct", (guest) => guest.address.get("city").eq("Bilbao"))
  yield* show("of a document", (guest) => guest.notes.get("room").gt(5).and(guest.notes.get("vip")))
  yield* show("several together", (guest) => Query.tuple(guest.name, guest.id).in([["Ada", 1], ["Émilie", 1]]))
})

// A form gives what its user filled in. What was left out is no condition, and that is said, not guessed from `undefined`.
const search = (form: { readonly name?: string; readonly least?: number }) => (guest: Guests) =>
  Query.and(
    Query.optional(form.name, (name) => guest.name.contains(name)),
    Query.optional(form.least, (least) => guest.age.gte(least))
  )

const dynamic = Effect.gen(function*() {
  yield* show("nothing asked", search({}))
  yield* show("a name", search({ name: "a" }))
  yield* show("both", search({ name: "a", least: 40 }))
})

/** Each of these would be a bug somewhere else; here it is a message of the compiler. */
export const refused = () => [
  // @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'Operand<number | null>'
  Query.from(Guest).where((guest) => guest.age.eq("36")),
  // @ts-expect-error -- Argument of type 'null' is not assignable: nothing equals null; there is `isNull`
  Query.from(Guest).where((guest) => guest.age.eq(null)),
  // @ts-expect-error -- Argument of type 'undefined' is not assignable: a condition is never dropped in silence
  Query.from(Guest).where((guest) => guest.age.eq(undefined)),
  // @ts-expect-error -- Type '"of a group"' is not assignable: a row has no sum
  Query.from(Guest).where((guest) => Query.sum(guest.age).gt(3))
]

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Guest])
  yield* Effect.flatMap(Repository.make(Guest), (repository) => repository.insertMany(guests))
  yield* Console.log("1. Conditions on any column")
  yield* plain
  yield* Console.log("\n2. Conditions of a type's own")
  yield* ofTheirTypes
  yield* Console.log("\n3. Conditions that may not be given")
  yield* dynamic
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
