/**
 * Tenants see and change nothing but their own rows, and whoever forgets to say which tenant is meant gets no rows at all.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

const TenantId = Schema.String.pipe(Schema.brand("TenantId"))

class CurrentTenant extends Context.Service<CurrentTenant, typeof TenantId.Type>()("test/CurrentTenant") {}

class Customer extends Model.Class<Customer>("Customer")({
  id: Column.primaryKey(Column.int32),
  email: Schema.String,
  ...Mixin.tenant(CurrentTenant, TenantId)
}, { table: "tenant_customers", indexes: [Index.unique("tenantId", "email")] }) {}

class Invoice extends Model.Class<Invoice>("Invoice")({
  id: Column.primaryKey(Column.int32),
  customer: Column.references(Column.int32, () => Customer, "id"),
  total: Column.int32,
  ...Mixin.tenant(CurrentTenant, TenantId),
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "tenant_invoices" }) {}

const acme = TenantId.make("acme")
const globex = TenantId.make("globex'); DROP TABLE tenant_customers; --")

const as = (tenant: typeof TenantId.Type) => Effect.provideService(CurrentTenant, tenant)

const customer = (id: number) => ({ id, email: `${id}@example.org` })

const customersFrom = (first: number) =>
  Query.from(Customer).where((row) => row.id.between(first, first + 99)).orderBy((row) => row.id.asc())

const idsOf = (rows: ReadonlyArray<{ readonly id: number }>) => rows.map(({ id }) => id)

export const mixinTenant = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Customer, Invoice]), { timeout: "60 seconds" })(`${name}: tenant`, (it) => {
    it.effect("an insert is the tenant's own, whatever it says", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const customers = yield* Repository.make(Customer)
        const first = yield* as(acme)(customers.insert(customer(1)))
        assert.strictEqual(first.tenantId, acme)
        const copied = { tenantId: first.tenantId, id: 2, email: "other" }
        yield* as(globex)(customers.insertMany([copied, customer(3)]))
        const imported = Stream.fromIterable([{ ...customer(4), tenantId: acme }])
        assert.strictEqual((yield* as(globex)(customers.importFrom(imported))).inserted, 1)
        assert.deepStrictEqual(
          yield* sql`SELECT id, "tenantId" FROM tenant_customers WHERE id < 10 ORDER BY id`,
          [1, 2, 3, 4].map((id) => ({ id, tenantId: id === 1 ? acme : globex }))
        )
      }))

    it.effect("every read finds the tenant's rows alone", () =>
      Effect.gen(function*() {
        const customers = yield* Repository.make(Customer)
        yield* as(acme)(customers.insertMany([customer(101), customer(102)]))
        yield* as(globex)(customers.insertMany([customer(103)]))
        const query = customersFrom(101)
        const seen = (tenant: typeof TenantId.Type) =>
          as(tenant)(Effect.gen(function*() {
            return {
              all: idsOf(yield* query),
              count: yield* query.count,
              exists: yield* query.exists,
              streamed: idsOf(yield* Stream.runCollect(query.stream)),
              columns: Array.from((yield* query.columns).id.values),
              found: idsOf(yield* customers.find((row) => row.id.gt(100))),
              byId: Option.isSome(yield* customers.findById(101)),
              get: yield* Effect.match(customers.get(103), {
                onSuccess: ({ id }) => String(id),
                onFailure: ({ _tag }) => _tag
              })
            }
          }))
        assert.deepStrictEqual(yield* seen(acme), {
          all: [101, 102],
          count: 2,
          exists: true,
          streamed: [101, 102],
          columns: [101, 102],
          found: [101, 102],
          byId: true,
          get: "NotFound"
        })
        assert.deepStrictEqual(yield* seen(globex), {
          all: [103],
          count: 1,
          exists: true,
          streamed: [103],
          columns: [103],
          found: [103],
          byId: false,
          get: "103"
        })
        assert.deepStrictEqual(yield* as(TenantId.make("nobody"))(query), [])
      }))

    it.effect("also in a join, a subquery and an aggregate", () =>
      Effect.gen(function*() {
        const customers = yield* Repository.make(Customer)
        const invoices = yield* Repository.make(Invoice)
        yield* as(acme)(customers.insertMany([customer(201), customer(202)]))
        yield* as(globex)(customers.insert(customer(203)))
        yield* as(acme)(
          invoices.insertMany([{ id: 201, customer: 201, total: 5 }, { id: 202, customer: 203, total: 7 }])
        )
        yield* as(globex)(invoices.insertMany([{ id: 203, customer: 203, total: 9 }]))

        const joined = Query.from(Invoice, "invoice").where(({ invoice }) => invoice.id.between(201, 299))
          .leftJoin(Customer, "customer", (row) => row.invoice.customer.eq(row.customer.id))
          .orderBy(({ invoice }) => invoice.id.asc())
        const pairs = (rows: ReadonlyArray<{ invoice: Invoice; customer: Customer | null }>) =>
          rows.map((row) => [row.invoice.id, row.customer?.id])
        assert.deepStrictEqual(pairs(yield* as(acme)(joined)), [[201, 201], [202, undefined]])
        assert.deepStrictEqual(pairs(yield* as(globex)(joined)), [[203, 203]])

        const totals = Query.from(Customer).where((row) => row.id.between(201, 299)).orderBy((row) => row.id.asc())
          .select((row) => ({
            id: row.id,
            total: Query.scalar(
              Query.from(Invoice).where((invoice) => invoice.customer.eq(row.id)).select((invoice) => ({
                total: Query.sum(invoice.total)
              }))
            )
          }))
        assert.deepStrictEqual(yield* as(acme)(totals), [{ id: 201, total: 5 }, { id: 202, total: null }])
        assert.deepStrictEqual(yield* as(globex)(totals), [{ id: 203, total: 9 }])
      }))

    it.effect("nobody changes or deletes what is somebody else's: its key is the key of no row", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const customers = yield* Repository.make(Customer)
        const invoices = yield* Repository.make(Invoice)
        yield* as(acme)(customers.insert(customer(301)))
        yield* as(acme)(invoices.insert({ id: 301, customer: 301, total: 1 }))
        const attempts = [
          customers.patch({ id: 301, email: "stolen" }),
          customers.patchMany([{ id: 301, email: "stolen" }]),
          customers.delete(301),
          invoices.patch({ id: 301, version: 1, total: 0 }),
          invoices.delete(301),
          invoices.purge(301),
          invoices.restore(301)
        ]
        for (const attempt of attempts) {
          assert.strictEqual(
            (yield* as(globex)(Effect.flip<unknown, { readonly _tag: string }, CurrentTenant>(attempt)))._tag,
            "NotFound"
          )
        }
        assert.strictEqual(yield* as(globex)(customers.deleteMany([301, 302])), 0)
        assert.strictEqual(yield* as(globex)(invoices.deleteMany([301])), 0)
        assert.deepStrictEqual(yield* sql`SELECT email FROM tenant_customers WHERE id = 301`, [{
          email: "301@example.org"
        }])
        assert.deepStrictEqual(
          yield* sql`SELECT total, version FROM tenant_invoices WHERE id = 301 AND "deletedAt" IS NULL`,
          [{ total: 1, version: 1 }]
        )
        assert.strictEqual(yield* as(acme)(invoices.deleteMany([301])), 1)
        assert.strictEqual((yield* as(acme)(invoices.restore(301))).total, 1)
      }))

    it.effect("an upsert overwrites the tenant's own row, and never another's", () =>
      Effect.gen(function*() {
        const customers = yield* Repository.make(Customer)
        yield* as(acme)(customers.insert(customer(401)))
        const own = yield* as(acme)(customers.upsertMany([{ id: 401, email: "own" }, customer(402)]))
        assert.deepStrictEqual(own.map(({ email, tenantId }) => [email, tenantId]), [["own", acme], [
          "402@example.org",
          acme
        ]])
        for (const update of [undefined, ["email"], []] as const) {
          const stolen = yield* as(globex)(Effect.flip(customers.upsertMany(
            [customer(403), { id: 401, email: "stolen" }],
            update === undefined ? {} : { update }
          )))
          assert.strictEqual(stolen._tag, "UniqueViolation")
        }
        assert.deepStrictEqual(yield* as(globex)(customersFrom(401)), [])
        assert.deepStrictEqual((yield* as(acme)(customers.get(401))).email, "own")
      }))

    it.effect("a key may be the tenant's own", () =>
      Effect.gen(function*() {
        const customers = yield* Repository.make(Customer)
        const shared = (id: number) => ({ id, email: "shared@example.org" })
        yield* as(acme)(customers.insert(shared(501)))
        yield* as(globex)(customers.insert(shared(502)))
        const taken = yield* as(globex)(Effect.flip(customers.insert(shared(503))))
        assert.deepStrictEqual(taken._tag === "UniqueViolation" ? taken.columns : taken, ["tenantId", "email"])
        const upserted = yield* as(globex)(customers.upsert(shared(504), { on: ["tenantId", "email"] }))
        assert.deepStrictEqual([upserted.id, upserted.tenantId], [502, globex])
      }))

    it.effect("an administrator asks across tenants, and needs none for it", () =>
      Effect.gen(function*() {
        const customers = yield* Repository.make(Customer)
        const invoices = yield* Repository.make(Invoice)
        yield* as(acme)(customers.insert(customer(601)))
        yield* as(globex)(customers.insert(customer(602)))
        yield* as(acme)(invoices.insert({ id: 601, customer: 601, total: 3 }))
        yield* as(acme)(invoices.delete(601))
        const all = Query.from(Query.acrossTenants(Customer)).where((row) => row.id.between(601, 699))
        assert.strictEqual(yield* all.count, 2)
        const joined = Query.from(Query.acrossTenants(Customer), "customer")
          .where((row) => row.customer.id.between(601, 699))
          .leftJoin(
            Query.acrossTenants(Query.withDeleted(Invoice)),
            "invoice",
            (row) => row.invoice.customer.eq(row.customer.id)
          )
          .orderBy((row) => row.customer.id.asc())
        assert.deepStrictEqual((yield* joined).map((row) => [row.customer.id, row.invoice?.total]), [[601, 3], [
          602,
          undefined
        ]])
        const living = Query.from(Query.acrossTenants(Invoice)).where((row) => row.id.eq(601))
        assert.isFalse(yield* living.exists)
        assert.strictEqual(yield* as(acme)(invoices.withDeleted.where((row) => row.id.eq(601)).count), 1)
        assert.strictEqual(yield* as(globex)(invoices.withDeleted.where((row) => row.id.eq(601)).count), 0)
      }))

    it.effect("a transaction is the tenant's who runs in it, and another may follow", () =>
      Effect.gen(function*() {
        const customers = yield* Repository.make(Customer)
        const both = Effect.gen(function*() {
          yield* as(acme)(customers.insert(customer(701)))
          yield* as(globex)(customers.insert(customer(702)))
          return [idsOf(yield* as(acme)(customersFrom(701))), idsOf(yield* as(globex)(customersFrom(701)))]
        })
        assert.deepStrictEqual(yield* Session.transaction(both), [[701], [702]])
      }))

    it.effect("20,000 rows of one among those of another", () =>
      Effect.gen(function*() {
        const customers = yield* Repository.make(Customer)
        const ids = Array.from({ length: 20_000 }, (_, index) => 100_000 + index)
        yield* as(acme)(customers.insertMany(ids.map(customer)))
        const theirs = ids.map((id) => ({ id, email: "stolen" }))
        assert.strictEqual((yield* as(globex)(Effect.flip(customers.patchMany(theirs))))._tag, "NotFound")
        assert.strictEqual(yield* as(globex)(customers.deleteMany(ids)), 0)
        assert.strictEqual(
          (yield* as(acme)(customers.patchMany(ids.map((id) => ({ id, email: `new ${id}` }))))).length,
          20_000
        )
        assert.strictEqual(yield* as(acme)(customers.deleteMany(ids)), 20_000)
      }))

    it.effect("who casts the tenant away is told so, and gets and changes no rows", () =>
      Effect.gen(function*() {
        const customers = yield* Repository.make(Customer)
        yield* as(acme)(customers.insert(customer(801)))
        const forgotten = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this is what must not go unnoticed
          effect as Effect.Effect<A, E, Exclude<R, CurrentTenant>>
        const attempts = [
          customersFrom(801).all,
          customersFrom(801).count,
          customers.insert(customer(802)),
          customers.upsert(customer(801)),
          customers.patch({ id: 801, email: "stolen" }),
          customers.delete(801),
          customers.deleteMany([801])
        ]
        for (const attempt of attempts) {
          const refused = yield* Effect.flip(
            forgotten<unknown, { readonly _tag: string; readonly message: string }, CurrentTenant | Session.Session>(
              attempt
            )
          )
          assert.strictEqual(refused._tag, "Unsupported")
          assert.include(refused.message, "a statement on Customer without test/CurrentTenant")
        }
        assert.strictEqual((yield* as(acme)(customers.get(801))).email, "801@example.org")
      }))
  })
