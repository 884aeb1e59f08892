/** The charts: each drawn as SVG from what the API tells, with the same numbers as a table for whoever can't see it. */
import { ask } from "./api.mjs"
import { day, element, money, number, wholeMoney } from "./words.mjs"

const { Plot } = globalThis

const style = { fontFamily: "inherit", fontSize: "12px", background: "none" }

const chart = (figure, options) =>
  Plot.plot({ width: figure.clientWidth, height: 260, style, marginTop: 24, marginBottom: 36, ...options })

/** The chart's title, what it tells, the drawing and the table. */
const fill = (figure, { draw, head, note, rows, title }) => {
  const svg = draw(figure)
  svg.setAttribute("role", "img")
  svg.setAttribute("aria-label", `${title}: ${note}`)
  const open = figure.querySelector("details")?.open ?? false
  const lines = rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell))))
  figure.replaceChildren(
    element("h3", {}, title),
    element("p", { className: "quiet" }, note),
    svg,
    element(
      "details",
      { open },
      element("summary", {}, "As a table"),
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, cell)))),
        element("tbody", {}, ...lines)
      )
    )
  )
}

const hours = Array.from({ length: 24 }, (_, hour) => hour)
const hourOf = (row) => `${String(row.hour).padStart(2, "0")}:00`

const delays = (found) => ({
  title: "Delays by hour",
  note: "Minutes late on average, of three million flights, by the hour of departure",
  head: ["Hour", "Minutes late"],
  rows: found.map((row) => [hourOf(row), row.delay.toFixed(1)]),
  draw: (figure) =>
    chart(figure, {
      x: {
        label: null,
        type: "band",
        domain: hours,
        ticks: [0, 6, 12, 18],
        tickFormat: (hour) => `${hour}:00`,
        tickSize: 0
      },
      y: { label: "minutes", grid: true, nice: true, ticks: 5 },
      marks: [
        Plot.barY(found, {
          x: "hour",
          y: "delay",
          fill: "var(--second)",
          title: (row) => `${hourOf(row)}  ${row.delay.toFixed(1)} minutes`
        }),
        Plot.ruleY([0])
      ]
    })
})

const route = ({ destination, origin }) => `${origin} to ${destination}`

const routes = (found) => ({
  title: "Busiest routes",
  note: "Flights in the first half of 2001",
  head: ["Route", "Flights"],
  rows: found.map((row) => [route(row), number(row.flights)]),
  draw: (figure) =>
    chart(figure, {
      marginTop: 4,
      marginLeft: 84,
      marginRight: 44,
      x: { axis: null },
      y: { label: null, tickSize: 0, padding: 0.25, domain: found.map(route) },
      marks: [
        Plot.barX(found, { x: "flights", y: route, fill: "var(--accent)" }),
        Plot.text(found, { x: "flights", y: route, text: (row) => number(row.flights), textAnchor: "start", dx: 6 })
      ]
    })
})

const dated = (found) => found.map((row) => ({ ...row, date: new Date(row.day), revenue: Number(row.revenue) }))

const days = (found) => ({
  title: "Bookings by day",
  note: "Made in the last thirty days, and not cancelled",
  head: ["Day", "Bookings"],
  rows: found.map((row) => [day(row.day), number(row.bookings)]),
  draw: (figure) =>
    chart(figure, {
      x: { label: null, type: "utc", ticks: 5 },
      y: { label: "bookings", grid: true, nice: true, ticks: 5 },
      marks: [
        Plot.rectY(dated(found), {
          x: "date",
          interval: "day",
          y: "bookings",
          fill: "var(--accent)",
          inset: 1.5,
          title: (row) => `${day(row.day)}  ${row.bookings} bookings`
        }),
        Plot.ruleY([0])
      ]
    })
})

const revenue = (found) => ({
  title: "Revenue by day",
  note: "What these bookings bring",
  head: ["Day", "Revenue"],
  rows: found.map((row) => [day(row.day), money(row.revenue)]),
  draw: (figure) =>
    chart(figure, {
      marginLeft: 56,
      x: { label: null, type: "utc", ticks: 5 },
      y: { label: "dollars", grid: true, nice: true, zero: true, ticks: 5, tickFormat: wholeMoney },
      marks: [
        Plot.areaY(dated(found), { x: "date", y: "revenue", fill: "var(--accent)", fillOpacity: 0.15 }),
        Plot.lineY(dated(found), { x: "date", y: "revenue", stroke: "var(--accent)", strokeWidth: 2 }),
        Plot.dot(dated(found), {
          x: "date",
          y: "revenue",
          fill: "var(--accent)",
          r: 2.5,
          title: (row) => `${day(row.day)}  ${money(row.revenue)}`
        }),
        Plot.ruleY([0])
      ]
    })
})

const drawn = new Map()

// A chart is drawn as wide as its place, and again when that gets another width; while it has none there is nothing to draw.
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (drawn.has(target) && target.clientWidth > 0) fill(target, drawn.get(target))
  }
})

const draw = (name, content) => {
  const figure = document.querySelector(`#${name}`)
  if (figure.clientWidth > 0) fill(figure, content)
  drawn.set(figure, content)
  widths.observe(figure)
}

/** Those of what was flown, which never change. */
export const showHistory = async () => {
  const [late, busy] = await Promise.all([ask("/reports/delays"), ask("/reports/routes")])
  draw("delays", delays(late))
  draw("routes", routes(busy))
}

/** Those of the bookings, as they are now. */
export const showSales = async () => {
  const found = await ask("/reports/days")
  draw("days", days(found))
  draw("revenue", revenue(found))
}
