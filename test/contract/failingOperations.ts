/**
 * Operations of repositories that fail, each with what it fails with.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { changed } from "./changed.ts"
import { type CurrentTenant, Hall, key, member, type Repositories, Seat, seat } from "./theatre.ts"

/** An operation that fails, and what it fails with: the tag, and the key or the paths of what is wrong. */
export interface Failing {
  readonly what: string
  readonly run: (
    given: Repositories
  ) => Effect.Effect<unknown, { readonly _tag: string; readonly message: string }, CurrentTenant>
  readonly tag: string
  readonly told?: unknown
}

/** What changes the label, ticket and place of a seat, in every way there is. */
const seatChanges = (
  change: Partial<ReturnType<typeof seat>>
): ReadonlyArray<Omit<Failing, "tag" | "told">> => [
  { what: "insert", run: ({ seats }) => seats.insert({ ...seat(9), ...change }) },
  { what: "insertMany", run: ({ seats }) => seats.insertMany([seat(8), { ...seat(9), ...change }]) },
  {
    what: "insertMany of many",
    run: ({ seats }) =>
      seats.insertMany([...Array.from({ length: 3_000 }, (_, index) => seat(100 + index)), { ...seat(9), ...change }])
  },
  { what: "importFrom", run: ({ seats }) => seats.importFrom(Stream.make({ ...seat(9), ...change })) },
  { what: "save of a new one", run: ({ seats }) => seats.save({ ...seat(9), ...change }) },
  { what: "upsert of a new one", run: ({ seats }) => seats.upsert({ ...seat(9), ...change }) },
  { what: "upsert of a stored one", run: ({ seats }) => seats.upsert({ ...seat(2), ...change, ...key }) },
  { what: "upsertMany", run: ({ seats }) => seats.upsertMany([seat(3), { ...seat(2), ...change, ...key }]) },
  { what: "patch", run: ({ seats }) => seats.patch({ ...change, ...key, version: 1 }) },
  {
    what: "patchMany",
    run: ({ seats }) =>
      seats.patchMany([{ hallId: 1, seatNumber: 3, price: 11, version: 1 }, { ...change, ...key, version: 1 }])
  },
  { what: "update", run: ({ seats }) => seats.update({ ...seat(2), ...change, ...key, version: 1 }) },
  {
    what: "save of a stored one",
    run: ({ seats }) =>
      Effect.flatMap(seats.get(key), (row) => seats.save(new Seat(changed(row, { ...change, ...key }))))
  }
]

const each = (
  rows: ReadonlyArray<Omit<Failing, "tag" | "told">>,
  tag: string,
  about: string,
  told?: unknown
): ReadonlyArray<Failing> => rows.map((row) => ({ ...row, what: `${row.what}, ${about}`, tag, told }))

const unique: ReadonlyArray<Failing> = [
  ...each(seatChanges({ label: "label 1" }), "UniqueViolation", "by a unique field", "label"),
  ...each(seatChanges({ ticket: 101 }), "UniqueViolation", "by a field whose column has another name", "ticket"),
  ...each(seatChanges({ place: 1 }), "UniqueViolation", "by a unique index", "rowName, place"),
  ...each(
    [
      { what: "insert", run: ({ seats }) => seats.insert({ ...seat(9), ...key }) },
      { what: "insertMany", run: ({ seats }) => seats.insertMany([seat(8), { ...seat(9), ...key }]) },
      { what: "insertMany of one key", run: ({ seats }) => seats.insertMany([seat(8), { ...seat(9), seatNumber: 8 }]) },
      { what: "importFrom", run: ({ seats }) => seats.importFrom(Stream.make({ ...seat(9), ...key })) },
      { what: "save of a new one", run: ({ seats }) => seats.save({ ...seat(9), ...key }) }
    ],
    "UniqueViolation",
    "by a primary key of several fields",
    "primary key"
  ),
  ...each(
    [
      { what: "insert", run: ({ halls }) => halls.insert({ id: 1, name: "three" }) },
      { what: "insertMany", run: ({ halls }) => halls.insertMany([{ id: 3, name: "three" }, { id: 1, name: "four" }]) },
      { what: "save", run: ({ halls }) => halls.save({ id: 1, name: "three" }) }
    ],
    "UniqueViolation",
    "by a primary key",
    "id"
  ),
  ...each(
    [
      { what: "insert", run: ({ members }) => members.insert({ ...member(4), email: "1@example.org" }) },
      { what: "patch", run: ({ members }) => members.patch({ id: 2, email: "1@example.org" }) },
      { what: "upsert", run: ({ members }) => members.upsert({ ...member(2), email: "1@example.org" }) },
      { what: "restore", run: ({ members }) => members.restore(3) }
    ],
    "UniqueViolation",
    "by a field that is unique among the rows that are not deleted",
    "email"
  ),
  ...each(
    [
      { what: "insert", run: ({ members }) => members.insert({ ...member(4), first: "1" }) },
      { what: "patch", run: ({ members }) => members.patch({ id: 2, first: "1" }) }
    ],
    "UniqueViolation",
    "by an index that is unique among the rows that are not deleted",
    "first, last"
  ),
  ...each(
    [
      { what: "insert", run: ({ members }) => members.insert({ ...member(3), email: "3@example.org" }) },
      { what: "upsert", run: ({ members }) => members.upsert({ ...member(3), email: "3@example.org" }) }
    ],
    "UniqueViolation",
    "by the primary key of a deleted row",
    "id"
  ),
  ...each(
    [
      { what: "insert", run: ({ customers }) => customers.insert({ id: 9, email: "a" }) },
      { what: "patch", run: ({ customers }) => customers.patch({ id: 2, email: "a" }) }
    ],
    "UniqueViolation",
    "by a key of the tenant",
    "tenantId, email"
  ),
  ...each(
    [
      { what: "insert", run: ({ customers }) => customers.insert({ id: 3, email: "c" }) },
      { what: "upsert", run: ({ customers }) => customers.upsert({ id: 3, email: "c" }) }
    ],
    "UniqueViolation",
    "by the primary key of another tenant's row",
    "id"
  )
]

const references: ReadonlyArray<Failing> = [
  ...each(
    [
      { what: "insert", run: ({ seats }) => seats.insert({ ...seat(9), hallId: 404 }) },
      { what: "insertMany", run: ({ seats }) => seats.insertMany([seat(8), { ...seat(9), hallId: 404 }]) },
      { what: "importFrom", run: ({ seats }) => seats.importFrom(Stream.make({ ...seat(9), hallId: 404 })) },
      { what: "upsert", run: ({ seats }) => seats.upsert({ ...seat(9), hallId: 404 }) },
      { what: "save", run: ({ seats }) => seats.save({ ...seat(9), hallId: 404 }) }
    ],
    "ForeignKeyViolation",
    "to a row that there isn't",
    ["hallId"]
  ),
  ...each(
    [
      { what: "insert", run: ({ bookings }) => bookings.insert({ hall: 1, seat: 404 }) },
      {
        what: "patch",
        run: ({ bookings }) => Effect.flatMap(bookings.all, ([row]) => bookings.patch({ id: row?.id ?? 0, seat: 404 }))
      },
      {
        what: "increment",
        run: ({ bookings }) => Effect.flatMap(bookings.all, ([row]) => bookings.increment(row?.id ?? 0, { seat: 403 }))
      }
    ],
    "ForeignKeyViolation",
    "by several fields",
    ["hall", "seat"]
  ),
  ...each(
    [
      { what: "delete", run: ({ halls }) => halls.delete(1) },
      { what: "deleteMany", run: ({ halls }) => halls.deleteMany([2, 1]) },
      { what: "delete", run: ({ seats }) => seats.delete({ hallId: 1, seatNumber: 1 }) },
      {
        what: "deleteMany",
        run: ({ seats }) => seats.deleteMany([key, { hallId: 1, seatNumber: 1 }])
      }
    ],
    "StillReferenced",
    "of what is referred to"
  )
]

const others: ReadonlyArray<Failing> = [
  ...each(
    [
      { what: "get", run: ({ halls }) => halls.get(404) },
      { what: "getMany", run: ({ halls }) => halls.getMany([1, 404]) },
      { what: "patch", run: ({ halls }) => halls.patch({ id: 404, name: "x" }) },
      { what: "patchMany", run: ({ halls }) => halls.patchMany([{ id: 2, name: "x" }, { id: 404, name: "y" }]) },
      { what: "update", run: ({ halls }) => halls.update({ id: 404, name: "x" }) },
      { what: "save", run: ({ halls }) => halls.save(new Hall({ id: 404, name: "x" })) },
      { what: "increment", run: ({ seats }) => seats.increment({ ...key, seatNumber: 404 }, { price: 1 }) },
      { what: "delete", run: ({ halls }) => halls.delete(404) },
      { what: "delete", run: ({ members }) => members.delete(3) },
      { what: "restore", run: ({ members }) => members.restore(1) },
      { what: "restore", run: ({ members }) => members.restore(404) },
      { what: "purge", run: ({ members }) => members.purge(404) },
      { what: "get", run: ({ customers }) => customers.get(3) },
      { what: "patch", run: ({ customers }) => customers.patch({ id: 3, email: "x" }) },
      { what: "delete", run: ({ customers }) => customers.delete(3) },
      { what: "purge", run: ({ customers }) => customers.purge(3) }
    ],
    "NotFound",
    "of a row that is not there"
  ),
  ...each(
    [
      { what: "patch", run: ({ seats }) => seats.patch({ ...key, version: 2, price: 11 }) },
      {
        what: "patchMany",
        run: ({ seats }) =>
          seats.patchMany([
            { hallId: 1, seatNumber: 3, version: 1, price: 11 },
            { ...key, version: 2, price: 11 }
          ])
      },
      { what: "update", run: ({ seats }) => seats.update({ ...seat(2), version: 0 }) },
      {
        what: "save",
        run: ({ seats }) => Effect.flatMap(seats.get(key), (row) => seats.save(new Seat(changed(row, { version: 7 }))))
      }
    ],
    "StaleRow",
    "of a row that is at another version"
  ),
  ...each(
    [
      { what: "insert", run: ({ seats }) => seats.insert({ ...seat(9), price: 0 }) },
      { what: "insertMany", run: ({ seats }) => seats.insertMany([seat(8), { ...seat(9), price: 0 }]) },
      { what: "upsert", run: ({ seats }) => seats.upsert({ ...seat(2), price: 0 }) },
      { what: "patch", run: ({ seats }) => seats.patch({ ...key, version: 1, price: 0 }) },
      { what: "patchMany", run: ({ seats }) => seats.patchMany([{ ...key, version: 1, price: 0 }]) },
      { what: "update", run: ({ seats }) => seats.update({ ...seat(2), version: 1, price: 0 }) },
      { what: "save", run: ({ seats }) => seats.save({ ...seat(9), price: 0 }) }
    ],
    "Invalid",
    "of a value that its schema refuses",
    [["price"]]
  ),
  ...each(
    [
      { what: "increment", run: ({ seats }) => seats.increment(key, { price: 0.5 }) },
      { what: "increment", run: ({ seats }) => seats.increment(key, { price: Number.NaN }) },
      { what: "increment", run: ({ seats }) => seats.increment(key, { price: 2 ** 31 }) }
    ],
    "Invalid",
    "by what its column can't hold",
    [["price"]]
  ),
  ...each(
    [
      { what: "upsertMany", run: ({ halls }) => halls.upsertMany([{ id: 3, name: "x" }, { id: 3, name: "y" }]) },
      { what: "patchMany", run: ({ halls }) => halls.patchMany([{ id: 2, name: "x" }, { id: 2, name: "y" }]) }
    ],
    "Invalid",
    "of one key twice",
    [[]]
  ),
  ...each(
    [
      { what: "insert", run: ({ plainSeats }) => plainSeats.insert({ ...seat(9), price: 0, version: 1 }) },
      { what: "increment", run: ({ seats }) => seats.increment(key, { price: -10 }) }
    ],
    "CheckViolation",
    "of a value that only the database refuses",
    ["price"]
  ),
  ...each(
    [
      { what: "insert", run: ({ plainHalls }) => plainHalls.insert({ id: 3, name: "one" }) },
      {
        what: "insertMany",
        run: ({ plainHalls }) => plainHalls.insertMany([{ id: 3, name: "one" }, { id: 4, name: "x" }])
      },
      { what: "patch", run: ({ plainHalls }) => plainHalls.patch({ id: 2, name: "one" }) },
      { what: "upsert", run: ({ plainHalls }) => plainHalls.upsert({ id: 2, name: "one" }) },
      { what: "insert", run: ({ plainSeats }) => plainSeats.insert({ ...seat(9), label: "label 1", version: 1 }) }
    ],
    "QueryFailed",
    "by a key that its model doesn't declare",
    "Column.unique"
  ),
  ...each(
    [
      { what: "insert", run: ({ plainSeats }) => plainSeats.insert({ ...seat(9), hallId: 404, version: 1 }) }
    ],
    "QueryFailed",
    "by a reference that its model doesn't declare",
    "Column.references"
  )
]

/** Operations that fail in every way there is. */
export const failing: ReadonlyArray<Failing> = [...unique, ...references, ...others]
