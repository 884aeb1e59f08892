/** The page, put together: who acts, what is shown first, and what is shown again when something was booked, here or elsewhere. */
import { ask, attempt } from "./api.mjs"
import { showBookings } from "./bookings.mjs"
import { showHistory, showSales } from "./charts.mjs"
import { openSearch } from "./flights.mjs"
import { number, wholeMoney } from "./words.mjs"

const customer = document.querySelector("#customer")

const showTotals = (totals) => {
  for (const place of document.querySelectorAll("[data-total]")) {
    const name = place.dataset.total
    place.textContent = name === "revenue" ? wholeMoney(totals[name]) : number(totals[name])
  }
}

const start = async () => {
  for (const { id, name } of await ask("/customers")) customer.append(new Option(name, id))

  const refresh = async () => {
    await Promise.all([search(), showBookings(refresh), showSales()])
  }
  const search = await openSearch(refresh)
  customer.addEventListener("change", () => attempt(() => showBookings(refresh)))
  await Promise.all([showBookings(refresh), showSales(), showHistory()])

  // told by the server at once, and again after each commit that has changed something
  const live = new EventSource("api/reports/live")
  live.addEventListener("message", ({ data }) => {
    showTotals(JSON.parse(data))
    quietly(showSales)
  })
  await new Promise((resolve) => live.addEventListener("message", resolve, { once: true }))

  document.body.dataset.ready = "true"
}

/** What nobody asked for fails quietly: the next message brings it again. */
const quietly = (work) => {
  work().catch(() => undefined)
}

attempt(start)
