/**
 * Functions of texts give what JavaScript makes of the same texts, counted in code points.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Expression, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

class Note extends Model.Class<Note>("Note")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  text: Schema.String,
  other: Schema.NullOr(Schema.String),
  places: Schema.Int
}, { table: "text_notes" }) {}

type Notes = Expression.Columns<typeof Note>

const characters = (text: string) => Array.from(text)
const count = (places: number) => Math.max(places, 0)
const pad = (text: string, length: number, fill: string) =>
  fill === ""
    ? ""
    : characters(fill.repeat(Math.max(0, length))).slice(0, Math.max(0, length - characters(text).length)).join("")
const indexOf = (text: string, part: string) => {
  const found = text.indexOf(part)
  return found === -1 ? -1 : characters(text.slice(0, found)).length
}
const withOther = <A>({ other }: Note, make: (other: string) => A) => other === null ? null : make(other)

/** What each function gives, and what it should. */
const functions: ReadonlyArray<
  readonly [
    says: string,
    asked: (note: Notes) => Expression.Expression<unknown, Expression.PlainStage>,
    expected: (note: Note) => unknown
  ]
> = [
  ["lower", (note) => note.text.lower(), ({ text }) => text.toLowerCase()],
  ["upper", (note) => note.text.upper(), ({ text }) => text.toUpperCase()],
  ["lower of a null", (note) => note.other.lower(), (note) => withOther(note, (other) => other.toLowerCase())],
  ["length", (note) => note.text.length(), ({ text }) => characters(text).length],
  ["trim", (note) => note.text.trim(), ({ text }) => text.replaceAll(/^ +| +$/g, "")],
  ["trimStart", (note) => note.text.trimStart(), ({ text }) => text.replace(/^ +/, "")],
  ["trimEnd", (note) => note.text.trimEnd(), ({ text }) => text.replace(/ +$/, "")],
  ["trim of other characters", (note) => note.text.trim("aé"), ({ text }) => text.replaceAll(/^[aé]+|[aé]+$/g, "")],
  [
    "substring",
    (note) => note.text.substring(note.places, 2),
    ({ places, text }) => characters(text).slice(count(places), count(places) + 2).join("")
  ],
  ["substring to the end", (note) => note.text.substring(1), ({ text }) => characters(text).slice(1).join("")],
  [
    "left",
    (note) => note.text.left(note.places),
    ({ places, text }) => characters(text).slice(0, count(places)).join("")
  ],
  [
    "right",
    (note) => note.text.right(note.places),
    ({ places, text }) => places <= 0 ? "" : characters(text).slice(-places).join("")
  ],
  ["replace", (note) => note.text.replace("a", "👩b"), ({ text }) => text.replaceAll("a", "👩b")],
  [
    "replace of another",
    (note) => note.text.replace(note.other, "-"),
    (note) => withOther(note, (other) => other === "" ? note.text : note.text.replaceAll(other, "-"))
  ],
  [
    "concat",
    (note) => note.text.concat("!").concat(note.other),
    (note) => withOther(note, (other) => `${note.text}!${other}`)
  ],
  ["split", (note) => note.text.split("a"), ({ text }) => text.split("a")],
  ["split into characters", (note) => note.text.split(""), ({ text }) => text === "" ? [""] : characters(text)],
  ["padStart", (note) => note.text.padStart(note.places, "xé"), ({ places, text }) => pad(text, places, "xé") + text],
  [
    "padEnd",
    (note) => note.text.padEnd(note.places, note.other),
    (note) => withOther(note, (other) => note.text + pad(note.text, note.places, other))
  ],
  ["padStart with spaces", (note) => note.text.padStart(4), ({ text }) => pad(text, 4, " ") + text],
  ["reversed", (note) => note.text.reversed(), ({ text }) => characters(text).toReversed().join("")],
  ["repeat", (note) => note.text.repeat(note.places), ({ places, text }) => text.repeat(count(places))],
  ["indexOf", (note) => note.text.indexOf(note.other), (note) => withOther(note, (other) => indexOf(note.text, other))],
  [
    "startsWith another",
    (note) => note.text.startsWith(note.other),
    (note) => withOther(note, (other) => note.text.startsWith(other))
  ],
  [
    "endsWith another",
    (note) => note.text.endsWith(note.other),
    (note) => withOther(note, (other) => note.text.endsWith(other))
  ],
  [
    "contains another",
    (note) => note.text.contains(note.other),
    (note) => withOther(note, (other) => note.text.includes(other))
  ],
  ["like", (note) => note.text.like("_a%"), ({ text }) => characters(text)[1] === "a"],
  ["notLike", (note) => note.text.notLike("%a%"), ({ text }) => !text.includes("a")],
  [
    "equalsIgnoringCase",
    (note) => note.text.equalsIgnoringCase(note.other),
    (note) => withOther(note, (other) => note.text.toLowerCase() === other.toLowerCase())
  ],
  ["matches", (note) => note.text.matches("^[a-z]+.b{1,2}$"), ({ text }) => /^[a-z]+.b{1,2}$/su.test(text)],
  ["matches groups", (note) => note.text.matches("(?:a|é)(b)?$"), ({ text }) => /(?:a|é)(b)?$/su.test(text)],
  [
    "regexReplace",
    (note) => note.text.regexReplace("[ab]+", "<\\0>"),
    ({ text }) => text.replaceAll(/[ab]+/gu, "<$&>")
  ],
  [
    "regexReplace of groups",
    (note) => note.text.regexReplace("(a)(.)", "\\2\\1"),
    ({ text }) => text.replaceAll(/(a)(.)/gsu, "$2$1")
  ],
  ["regexExtract", (note) => note.text.regexExtract("[ab]+"), ({ text }) => /[ab]+/u.exec(text)?.[0] ?? null],
  [
    "nested",
    (note) => note.text.lower().left(2).concat("-").length(),
    ({ text }) => Math.min(2, characters(text).length) + 1
  ]
]

const texts = Arbitrary.map(
  Arbitrary.array(
    Arbitrary.schema(
      Schema.Literals(["a", "b", "A", "é", "É", "👩", "𐐀", " ", "%", "_", "\\", "'", "\n", "ab", "\"", "ж"])
    ),
    { maxLength: 8 }
  ),
  (parts) => parts.join("")
)

const notes = Arbitrary.array(
  Arbitrary.map(
    Arbitrary.all({
      text: texts,
      other: texts,
      kind: Arbitrary.schema(Schema.Literals(["null", "a", "empty", "any"])),
      places: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: -2, maximum: 9 })))
    }),
    ({ kind, other, places, text }) => ({
      text,
      places,
      other: kind === "null" ? null : kind === "a" ? "a" : kind === "empty" ? "" : other
    })
  ),
  { minLength: 1, maxLength: 12 }
)

export const textFunctions = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Note]), { timeout: "60 seconds" })(`${name}: functions of texts`, (it) => {
    let round = 0
    it.effect.prop(
      "give what JavaScript makes of the same texts",
      { notes },
      ({ notes: given }) =>
        Effect.gen(function*() {
          round += 1
          const repository = yield* Repository.make(Note)
          const stored = yield* repository.insertMany(given.map((note) => ({ ...note, round })))
          const found = yield* Query.from(Note)
            .where((note) => note.round.eq(round))
            .orderBy((note) => note.id.asc())
            .select((note) => Object.fromEntries(functions.map(([says, asked]) => [says, asked(note)])))
          for (const [index, note] of stored.entries()) {
            for (const [says, , expected] of functions) {
              assert.deepStrictEqual(found[index]?.[says], expected(note), `${says} of ${JSON.stringify(note)}`)
            }
          }
        }),
      { arbitrary: { runs: 60 } }
    )
  })
