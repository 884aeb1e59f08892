/**
 * The page of the example application in a real browser: every chart shows what plain SQL says, flights are found, booked and cancelled,
 * numbers change, and what is refused is told in a sentence.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { HttpServer } from "effect/http"
import { SqlClient } from "effect/sql"
import type { Page } from "playwright-core"
import { Warehouse } from "../../examples/app/warehouse.ts"
import { customerIds, databases, dayOf, emptyFlights, flightNow, send, served, untrue } from "./app.ts"
import { opened, overtaken, unlessThere, type Window } from "./browser.ts"

const desktop: Window = { width: 1280, height: 900 }
const phone: Window = { width: 390, height: 844 }

const open = (window: Window) => HttpServer.addressFormattedWith((address) => opened(address, window))

/** What a chart's table says, row by row. */
const tableOf = (page: Page, chart: string) =>
  Effect.promise(() =>
    page.evaluate<ReadonlyArray<readonly [string, string]>>(
      `[...document.querySelectorAll("#${chart} tbody tr")].map((row) => [...row.children].map(({ textContent }) => textContent))`
    )
  )

/** The marks of a chart that can be seen: those with a size, and with a colour. */
const marksOf = (page: Page, chart: string, marks: string) =>
  Effect.promise(() =>
    page.evaluate<number>(
      `[...document.querySelectorAll("#${chart} svg g[aria-label='${marks}'] > *")].filter((shape) => {
      const { height, width } = shape.getBoundingClientRect()
      return Math.max(height, width) > 1 && getComputedStyle(shape).fill !== "none"
    }).length`
    )
  )

const number = (text: string | null) => Number((text ?? "").replaceAll(/[^\d.-]/g, ""))

/** Waits until a total is this. */
const total = (page: Page, name: string, value: number) =>
  Effect.promise(() =>
    page.locator(`[data-total="${name}"]`, { hasText: new RegExp(`^${value.toLocaleString("en-US")}$`) }).waitFor()
  )

/** The row of a flight, which is on one of the next pages of what was found. */
const found = async (page: Page, flight: string) => {
  const row = page.locator(`tr[data-flight="${flight}"]`)
  const rows = page.locator("#flights tbody tr")
  while (await row.count() === 0) {
    const shown = await rows.count()
    await page.getByRole("button", { name: "More flights" }).click()
    await rows.nth(shown).waitFor()
  }
  return row
}

/** What rows or items are shown, by their flights. */
const flightsOf = (page: Page, items: string) =>
  page.evaluate<ReadonlyArray<string>>(
    `[...document.querySelectorAll("${items}")].map(({ dataset }) => dataset.flight)`
  )

const totalNow = (page: Page, name: string) =>
  Effect.map(Effect.promise(() => page.locator(`[data-total="${name}"]`).textContent()), number)

for (const [name, database] of Object.entries(databases)) {
  layer(served(database), { timeout: "120 seconds", excludeTestServices: true })(
    `${name}: the page${unlessThere}`,
    (it) => {
      const live = it.effect.skipIf(unlessThere !== "")

      live("shows charts of what plain SQL says, and asks no other server", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const { asked, complaints, page } = yield* open(desktop)

          const days = yield* sql`
          SELECT CAST(count(*) AS INTEGER) AS bookings, CAST(sum(price) AS VARCHAR) AS revenue FROM bookings
          WHERE deleted_at IS NULL AND CAST(created_at AS DATE) > CAST(now() AT TIME ZONE 'UTC' AS DATE) - 30
          GROUP BY CAST(created_at AS DATE) ORDER BY CAST(created_at AS DATE)`
          assert.isAbove(days.length, 10)
          assert.deepStrictEqual(
            (yield* tableOf(page, "days")).map(([, bookings]) => number(bookings)),
            days.map(({ bookings }) => bookings)
          )
          assert.strictEqual(yield* marksOf(page, "days", "rect"), days.length)
          assert.deepStrictEqual(
            (yield* tableOf(page, "revenue")).map(([, revenue]) => number(revenue)),
            days.map(({ revenue }) => Number(revenue))
          )
          assert.strictEqual(yield* marksOf(page, "revenue", "dot"), days.length)

          const flown = yield* Warehouse.run(Effect.flatMap(SqlClient.SqlClient, (files) =>
            Effect.all({
              delays:
                files`SELECT round(avg(delay), 1) AS delay FROM past_flights GROUP BY hour(date) HAVING count(*) > 5000 ORDER BY hour(date)`,
              routes:
                files`SELECT origin || ' to ' || destination AS route, count(*)::INT AS flights FROM past_flights GROUP BY ALL ORDER BY 2 DESC LIMIT 10`
            })))
          assert.deepStrictEqual(
            (yield* tableOf(page, "delays")).map(([, delay]) => number(delay)),
            flown.delays.map(({ delay }) => delay)
          )
          assert.strictEqual(yield* marksOf(page, "delays", "bar"), flown.delays.length)
          assert.deepStrictEqual(
            (yield* tableOf(page, "routes")).map(([route, flights]) => ({ route, flights: number(flights) })),
            flown.routes
          )
          assert.strictEqual(yield* marksOf(page, "routes", "bar"), 10)

          const [address] = asked
          assert.deepStrictEqual(asked.filter((url) => !url.startsWith(address ?? "-")), [])
          assert.deepStrictEqual(complaints, [])
        }), 60_000)

      live("finds a flight, books and cancels it, and says why it can't be booked twice", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const [flight] = yield* emptyFlights
          const { page } = yield* open(desktop)
          const booked = yield* totalNow(page, "bookings")
          const left = yield* totalNow(page, "seatsLeft")
          const day = yield* dayOf(flight.id)
          const [first] = yield* sql`
            SELECT number FROM flights
            WHERE origin = ${flight.origin} AND destination = ${flight.destination} AND CAST(departs_at AS DATE) = ${day}
            ORDER BY departs_at, id LIMIT 1`

          yield* Effect.promise(async () => {
            await page.getByRole("combobox", { name: "From" }).selectOption(flight.origin)
            await page.getByRole("combobox", { name: "To", exact: true }).selectOption(flight.destination)
            await page.locator("input[name=day]").fill(day)
            await page.getByRole("button", { name: "Search" }).press("Enter")
            await page.locator(`#flights tbody tr:first-child[data-flight="${String(first?.["number"])}"]`).waitFor()
            const row = await found(page, flight.number)
            await row.getByRole("button").press("Enter")
            await page.getByRole("status").getByText(`on flight ${flight.number} for $`).waitFor()
          })
          assert.strictEqual((yield* flightNow(flight.id)).sold, 1)
          yield* total(page, "bookings", booked + 1)
          yield* total(page, "seatsLeft", left - 1)

          const mine = page.locator(`#bookings li[data-flight="${flight.number}"]`)
          yield* Effect.promise(async () => {
            const row = await found(page, flight.number)
            await row.getByRole("button").click()
            await page.getByRole("alert").getByText(`You have a seat on flight ${flight.number} already.`).waitFor()
          })
          assert.strictEqual((yield* flightNow(flight.id)).sold, 1)

          yield* Effect.promise(async () => {
            await mine.getByText("History").click()
            await mine.getByText("Booked on").waitFor()
            await mine.getByRole("button", { name: "Cancel" }).click()
            await page.getByRole("status").getByText("is free again.").waitFor()
          })
          assert.strictEqual((yield* flightNow(flight.id)).sold, 0)
          assert.strictEqual(yield* Effect.promise(() => mine.count()), 0)
          yield* total(page, "bookings", booked)
          assert.deepStrictEqual(yield* untrue, [])
        }), 60_000)

      live("shows what was asked for last, and more of it", () =>
        Effect.gen(function*() {
          const [, , third, fourth] = yield* customerIds
          assert.isDefined(third)
          assert.isDefined(fourth)
          const { page } = yield* open(desktop)
          const day = page.locator("input[name=day]")
          const searched = (date: string) => async () => {
            await day.fill(date)
            await page.getByRole("button", { name: "Search" }).click()
          }
          const chosen = (customer: string) => () => page.locator("#customer").selectOption(customer)

          yield* Effect.promise(async () => {
            const tomorrow = await day.inputValue()
            const shown = await flightsOf(page, "#flights tbody tr")
            await day.fill("2999-12-31")
            await page.getByRole("button", { name: "More flights" }).click()
            await page.locator("#flights tbody tr").nth(shown.length).waitFor()
            assert.deepStrictEqual((await flightsOf(page, "#flights tbody tr")).slice(0, shown.length), shown)

            await overtaken(page, (request) => request.url().includes(tomorrow), [searched(tomorrow), async () => {
              await searched("2999-12-31")()
              await page.getByText("No flights that day.").waitFor()
            }])
            assert.deepStrictEqual(await flightsOf(page, "#flights tbody tr"), [])

            await chosen(fourth)()
            await overtaken(page, (request) => request.headers()["authorization"] === `Bearer ${third}`, [
              chosen(third),
              async () => {
                const answer = page.waitForResponse(/\/bookings$/)
                await chosen(fourth)()
                await (await answer).finished()
              }
            ])
          })
          const sql = yield* SqlClient.SqlClient
          const booked = yield* sql`
            SELECT f.number FROM bookings b JOIN flights f ON f.id = b.flight_id
            WHERE b.customer_id = ${fourth} AND b.deleted_at IS NULL`
          const shown = yield* Effect.promise(() => flightsOf(page, "#bookings li"))
          assert.isNotEmpty(shown)
          assert.includeMembers(booked.map(({ number: flight }) => flight), [...shown])
        }), 60_000)

      live("changes its numbers when somebody else books", () =>
        Effect.gen(function*() {
          const [, flight, another] = yield* emptyFlights
          const [, other] = yield* customerIds
          assert.isDefined(flight)
          assert.isDefined(another)
          assert.isDefined(other)
          // so that today has a bar, however early it is
          yield* send("POST", "/bookings", { customer: other, body: { flightId: another.id } })
          const { page } = yield* open(desktop)
          const booked = yield* totalNow(page, "bookings")
          const today = (yield* tableOf(page, "days")).at(-1)?.[1] ?? ""
          yield* send("POST", "/bookings", { customer: other, body: { flightId: flight.id } })
          yield* total(page, "bookings", booked + 1)
          yield* Effect.promise(() =>
            page.locator("#days tbody tr:last-child td:last-child").getByText(String(number(today) + 1), {
              exact: true
            }).waitFor({ state: "attached" })
          )
        }), 60_000)

      live("fits a phone", () =>
        Effect.gen(function*() {
          const { complaints, page } = yield* open(phone)
          const wide = yield* Effect.promise(() =>
            page.evaluate<ReadonlyArray<string>>(`[...document.querySelectorAll("body *")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > (one.closest("section") ?? document.body).getBoundingClientRect().right + 1)
            .map(({ outerHTML }) => outerHTML.slice(0, 80))`)
          )
          assert.deepStrictEqual(wide, [])
          assert.strictEqual(yield* marksOf(page, "routes", "bar"), 10)
          assert.deepStrictEqual(complaints, [])
        }), 60_000)
    }
  )
}
