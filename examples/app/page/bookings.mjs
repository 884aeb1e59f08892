/** What somebody has booked, what was done to it, and giving it back. */
import { ask, attempt } from "./api.mjs"
import { day, element, money, time } from "./words.mjs"

const list = document.querySelector("#bookings")
const nothing = document.querySelector("#nothing")

const verbs = { insert: "Booked", update: "Changed", delete: "Cancelled" }

/** The history of a booking, which is read when somebody opens it. */
const history = (booking) => {
  const lines = element("ul", {})
  const details = element("details", {}, element("summary", {}, "History"), lines)
  details.addEventListener("toggle", () =>
    attempt(async () => {
      const changes = details.open ? await ask(`/bookings/${booking.id}/changes`) : []
      lines.replaceChildren(
        ...changes.map(({ at, operation }) => element("li", {}, `${verbs[operation]} on ${day(at)} at ${time(at)} UTC`))
      )
    }))
  return details
}

const itemOf = (booking, changed) => {
  const { flight, price, seat } = booking
  const departure = `${day(flight.departsAt)}, ${time(flight.departsAt)}`
  const cancel = element("button", { className: "plain", type: "button" }, "Cancel")
  cancel.setAttribute("aria-label", `Cancel seat ${seat} on flight ${flight.number}`)
  cancel.addEventListener("click", () =>
    attempt(async () => {
      await ask(`/bookings/${booking.id}`, { method: "DELETE" })
      await changed()
      return `Seat ${seat} on flight ${flight.number} is free again.`
    }))
  const item = element(
    "li",
    {},
    element(
      "div",
      {},
      element("p", {}, element("b", {}, `${flight.origin} to ${flight.destination}`), `, ${departure}`),
      element("p", { className: "quiet" }, `${flight.number}, seat ${seat}, ${money(price)}`),
      history(booking)
    ),
    cancel
  )
  item.dataset.flight = flight.number
  return item
}

/** How often it was asked: an answer that a later question has overtaken is not shown. */
let turn = 0

/** Shows the bookings of whoever is chosen. */
export const showBookings = async (changed) => {
  const asked = ++turn
  const mine = await ask("/bookings")
  if (asked !== turn) return
  list.replaceChildren(...mine.map((booking) => itemOf(booking, changed)))
  nothing.hidden = mine.length > 0
}
