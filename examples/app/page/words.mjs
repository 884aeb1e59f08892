/** How times and money are written. Times are those of the airports, which the timetable tells as if they were UTC. */

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" })
const wholeDollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 })
const numbers = new Intl.NumberFormat("en-US")
const days = new Intl.DateTimeFormat("en-US", { day: "numeric", month: "short", timeZone: "UTC" })
const times = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" })

export const money = (amount) => dollars.format(Number(amount))
export const wholeMoney = (amount) => wholeDollars.format(Number(amount))
export const number = (value) => numbers.format(value)
export const day = (instant) => days.format(new Date(instant))
export const time = (instant) => times.format(new Date(instant))

/** An element with a class and its contents. */
export const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}
