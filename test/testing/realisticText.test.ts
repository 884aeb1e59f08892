/**
 * Texts that factories make are of the kind that the name of a field, or of its model, says.
 */
import { faker } from "@faker-js/faker/locale/en"
import { assert, describe, it } from "@effect/vitest"
import { realisticText } from "../../src/testing/making/realisticText.ts"

const made = (model: string, field: string) =>
  Array.from({ length: 20 }, (_, seed) => {
    faker.seed(seed)
    return realisticText(model, field)
  })

describe("realistic texts", () => {
  it.each([
    ["email", /^[^@\s]+@[^@\s]+\.[a-z]+$/],
    ["contact_e_mail", /^[^@\s]+@[^@\s]+\.[a-z]+$/],
    ["homepage", /^https?:\/\/\S+$/],
    ["domain", /^[\w-]+(?:\.[\w-]+)+$/],
    ["ip", /^[\da-f.:]+$/],
    ["isbn", /^[\d-]{13,17}$/],
    ["iban", /^[A-Z]{2}\d{2}[A-Z\d]+$/],
    ["currency", /^[A-Z]{3}$/],
    ["countryCode", /^[A-Z]{2}$/],
    ["zipCode", /^[\d-]{5,10}$/],
    ["slug", /^[a-z]+-[a-z]+-[a-z]+$/],
    ["apiToken", /^[A-Za-z\d]{16}$/],
    ["userName", /^\S+$/],
    ["password", /^\S{8,}$/],
    ["phone", /\d.*\d.*\d/],
    ["streetAddress", /\d/],
    ["authorName", /^\S+ \S+/],
    ["firstName", /^[\p{L}'-]+$/u],
    ["lastName", /^[\p{L}' -]+$/u],
    ["description", /^[A-Z].*\.$/]
  ])("of %s are such", (field, pattern) => made("Anything", field).forEach((text) => assert.match(text, pattern)))

  it.each([
    ["Customer", /^\S+ \S+/],
    ["Publisher", /\S/],
    ["City", /^[\p{L}]/u],
    ["Country", /^[\p{L}]/u],
    ["Gadget", /^\S+ \S+/]
  ])(
    "of the name of a %s are such",
    (model, pattern) => made(model, "name").forEach((text) => assert.match(text, pattern))
  )

  it("differ from one to the next", () => {
    for (
      const field of ["city", "state", "color", "job", "category", "product", "title", "domain", "note", "whatever"]
    ) {
      assert.isAbove(new Set(made("Anything", field)).size, 5, field)
    }
  })
})
