/**
 * Days and instants as PostgreSQL reads and writes them: `2024-02-29`, `2024-02-29 12:30:00.000001`, `0044-03-15 BC`.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import { dayLength } from "../model/timeLimits.ts"
import { BoundedMap } from "../sql/boundedMap.ts"

/** The most milliseconds before and after 1970 that a `Date` or a `DateTime` can hold. */
const furthest = 8_640_000_000_000_000

/** The day that begins this many milliseconds after 1970. */
export const dayText = (milliseconds: number): string => {
  const { day, era } = dayOf(Math.floor(milliseconds / dayLength))
  return day + era
}

/** The instant this many milliseconds after 1970, of which a fraction is microseconds. */
export const instantText = (milliseconds: number): string => {
  const whole = Math.floor(milliseconds)
  const microseconds = Math.round((milliseconds - whole) * 1000)
  if (microseconds === 1000) return instantText(whole + 1)
  const days = Math.floor(whole / dayLength)
  const { day, era } = dayOf(days)
  const time = whole - days * dayLength
  const [hours, minutes] = [Math.floor(time / 3_600_000), Math.floor(time / 60_000) % 60]
  const clock = `${two[hours]}:${two[minutes]}:${two[Math.floor(time / 1000) % 60]}`
  return `${day} ${clock}.${three[time % 1000]}${three[microseconds]}${era}`
}

const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"))

const three = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, "0"))

interface Day {
  readonly day: string
  readonly era: string
}

/** Days that were written, because the instants of a table fall on few of them, and writing one costs the most. */
const known = new BoundedMap<number, Day>(10_000)

const dayOf = (days: number): Day => getOrInsert(known, days, makeDay)

/** PostgreSQL calls the year before 1 the first before Christ. */
const makeDay = (days: number): Day => {
  const date = new Date(days * dayLength)
  const year = date.getUTCFullYear()
  const monthAndDay = date.toISOString().slice(-"-02-29T00:00:00.000Z".length, -"T00:00:00.000Z".length)
  return { day: String(year > 0 ? year : 1 - year).padStart(4, "0") + monthAndDay, era: year > 0 ? "" : " BC" }
}

/** The milliseconds from 1970 to a day or an instant, of a clock that is so many seconds ahead; throws where there is no such number. */
export const parseInstant = (text: string, ahead = 0): number => {
  const afterYear = text.indexOf("-", 1)
  const time = afterYear < 4 ? Number.NaN : parseTime(text, afterYear + 7)
  const milliseconds = parseDay(text, afterYear) * dayLength + Math.floor(time / 1000) - ahead * 1000
  if (Math.abs(milliseconds) <= furthest) return withMicroseconds(milliseconds, time % 1000)
  throw new Error(`${text} is outside of what a DateTime can hold`)
}

/** The milliseconds from 1970 to an instant that may end with an offset, such as `+01`, `-03:30` or `+00:19:32`. */
export const parseZoned = (text: string): number => {
  const found = /([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/.exec(text)
  const time = text.indexOf(":")
  if (found === null || time === -1 || found.index < time) return parseInstant(text)
  const [, sign, hours, minutes = "0", seconds = "0", era = ""] = found
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return parseInstant(text.slice(0, found.index) + era, sign === "-" ? -offset : offset)
}

/** The same instant, with the offset of UTC. */
export const zonedText = (milliseconds: number): string => instantText(milliseconds).replace(/( BC)?$/, "+00$1")

/** The time so many microseconds after midnight, with as many places as it needs. */
export const timeText = (microseconds: bigint): string => {
  const [hours, minutes, seconds] = [3_600_000_000n, 60_000_000n, 1_000_000n].map((unit, index) =>
    String(microseconds / unit % (index === 0 ? 100n : 60n)).padStart(2, "0")
  )
  const rest = String(microseconds % 1_000_000n).padStart(6, "0").replace(/0+$/, "")
  return `${hours}:${minutes}:${seconds}${rest === "" ? "" : `.${rest}`}`
}

/** The microseconds after midnight of a time as it is stored. */
export const timeMicroseconds = (time: string): bigint => {
  const [clock = "", fraction = ""] = time.split(".")
  const seconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0)
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, "0"))
}

/** The double that is nearest to the sum: there is but one rounding. */
const withMicroseconds = (milliseconds: number, rest: number): number => {
  const microseconds = milliseconds * 1000 + rest
  return Number.isSafeInteger(microseconds) ? microseconds / 1000 : milliseconds + rest / 1000
}

/** The days from 1970 to the day at the text's start; the driver writes years before 1 with a sign, the server with `BC`. */
const parseDay = (text: string, afterYear: number): number => {
  const year = text.startsWith("-") ? -digits(text, 1, afterYear) : digits(text, 0, afterYear)
  const month = digits(text, afterYear + 1, afterYear + 3)
  const day = digits(text, afterYear + 4, afterYear + 6)
  return daysFromCivil(text.endsWith(" BC") ? 1 - year : year, month, day)
}

/** The microseconds of `HH:MM:SS.ffffff` at this place, 0 where the text is a day. */
const parseTime = (text: string, start: number): number => {
  if (text.length < start + 8) return 0
  const minutes = digits(text, start, start + 2) * 60 + digits(text, start + 3, start + 5)
  const seconds = minutes * 60 + digits(text, start + 6, start + 8)
  const end = text.endsWith(" BC") ? text.length - 3 : text.length
  if (end === start + 8) return seconds * 1_000_000
  if (text[start + 8] !== ".") return Number.NaN
  return seconds * 1_000_000 + digits(text, start + 9, end) * 10 ** (6 - (end - start - 9))
}

/** The number between two places of the text, `NaN` where anything else is there. */
const digits = (text: string, start: number, end: number): number => {
  let value = 0
  for (let place = start; place < end; place++) {
    const digit = text.charCodeAt(place) - 48
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN
  }
  return value
}

/** The days from 1970-01-01 to a day of the Gregorian calendar, after Howard Hinnant: the year begins in March. */
const daysFromCivil = (year: number, month: number, day: number): number => {
  const ofMarch = month > 2 ? year : year - 1
  const era = Math.floor(ofMarch / 400)
  const yearOfEra = ofMarch - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
