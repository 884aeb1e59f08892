/** Searching for flights, and booking a seat on one. */
import { ask, attempt } from "./api.mjs"
import { element, money, number, time } from "./words.mjs"

const form = document.querySelector("#search")
const table = document.querySelector("#flights")
const body = table.tBodies[0]
const more = document.querySelector("#more")
const none = document.querySelector("#none")

const cities = new Map()
let next = null
/** The query whose flights are on the page. */
let shown = new URLSearchParams()
/** How often it was asked: an answer that a later question has overtaken is not shown. */
let turn = 0

const cityOf = (iata) => cities.get(iata) ?? iata

/** What can be done about a flight: to book it, or to read why not. */
const action = (flight, booked) => {
  if (flight.status === "cancelled") return "cancelled"
  if (flight.sold === flight.seats) return "sold out"
  const button = element("button", { className: "plain", type: "button" }, "Book")
  button.setAttribute("aria-label", `Book flight ${flight.number} to ${cityOf(flight.destination)}`)
  button.addEventListener("click", () =>
    attempt(async () => {
      const { price, seat } = await ask("/bookings", { method: "POST", body: { flightId: flight.id } })
      await booked()
      return `You have seat ${seat} on flight ${flight.number} for ${money(price)}.`
    }))
  return button
}

const rowOf = (flight, booked) => {
  const row = element(
    "tr",
    {},
    element("td", {}, time(flight.departsAt)),
    element("td", {}, flight.number),
    element("td", {}, cityOf(flight.destination), element("span", { className: "code" }, ` ${flight.destination}`)),
    element("td", { className: "number" }, money(flight.fare)),
    element("td", { className: "number" }, number(flight.seats - flight.sold)),
    element("td", {}, action(flight, booked))
  )
  row.dataset.flight = flight.number
  return row
}

const asked = () => {
  const given = [...new FormData(form)].filter(([, value]) => value !== "")
  return new URLSearchParams(given)
}

/** Asks for the flights that the form says; or for the next ones of what is shown, if it is told where these begin. */
const search = async (booked, after) => {
  const query = after === undefined ? asked() : new URLSearchParams(shown)
  query.set("size", 12)
  if (after !== undefined) query.set("after", after)
  const mine = ++turn
  const found = await ask(`/flights?${query}`)
  if (mine !== turn) return
  if (after === undefined) shown = query
  const rows = found.flights.map((flight) => rowOf(flight, booked))
  if (after === undefined) body.replaceChildren(...rows)
  else body.append(...rows)
  next = found.next
  more.hidden = next === null
  table.hidden = body.rows.length === 0
  none.hidden = body.rows.length > 0
}

/** Makes the form work. What it gives searches again, as the form says. */
export const openSearch = async (booked) => {
  const airports = await ask("/airports")
  for (const { city, iata } of airports) {
    cities.set(iata, city)
    form.elements.from.append(new Option(`${city} (${iata})`, iata))
    form.elements.to.append(new Option(`${city} (${iata})`, iata))
  }
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000)
  form.elements.day.value = tomorrow.toISOString().slice(0, 10)

  form.addEventListener("submit", (event) => {
    event.preventDefault()
    attempt(() => search(booked))
  })
  more.addEventListener("click", () => attempt(() => search(booked, next)))
  await search(booked)
  return () => search(booked)
}
