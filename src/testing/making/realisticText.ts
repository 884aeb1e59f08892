/**
 * Texts as people write them, where the name of a field says what it holds.
 *
 * @since 0.1.0
 */
import { faker } from "@faker-js/faker/locale/en"

const people = /\b(author|user|person|customer|employee|reader|member|student|teacher|contact|owner|friend|patient)s?\b/
const companies = /\b(company|publisher|organisation|organization|vendor|supplier|employer|brand|shop|store)\b/

/** What fields are called, and how their texts are made; the first that fits goes. */
const texts: ReadonlyArray<readonly [name: RegExp, make: () => string]> = [
  [/\be ?mail\b/, () => faker.internet.exampleEmail()],
  [/\b(phone|mobile|fax|telephone)\b/, () => faker.phone.number()],
  [/\b(url|website|homepage|link)\b/, () => faker.internet.url()],
  [/\bdomain\b/, () => faker.internet.domainName()],
  [/\b(first|given) ?name\b/, () => faker.person.firstName()],
  [/\b(last|family) ?name\b|\bsurname\b/, () => faker.person.lastName()],
  [/\b(user ?name|login|handle|nick ?name)\b/, () => faker.internet.username()],
  [/\bfull ?name\b/, () => faker.person.fullName()],
  [/\bisbn\b/, () => faker.commerce.isbn()],
  [/\bip\b/, () => faker.internet.ip()],
  [/\b(street|address)\b/, () => faker.location.streetAddress()],
  [/\b(city|town|place)\b/, () => faker.location.city()],
  [/\bcountry ?code\b/, () => faker.location.countryCode()],
  [/\bcountry\b/, () => faker.location.country()],
  [/\b(zip|postal|postcode)\b/, () => faker.location.zipCode()],
  [/\b(state|region|province)\b/, () => faker.location.state()],
  [/\bcurrency\b/, () => faker.finance.currencyCode()],
  [/\biban\b/, () => faker.finance.iban()],
  [/\bcolou?r\b/, () => faker.color.human()],
  [/\b(job|profession|occupation)\b/, () => faker.person.jobTitle()],
  [/\b(category|genre|department)\b/, () => faker.commerce.department()],
  [/\b(product|item)\b/, () => faker.commerce.productName()],
  [/\btitle\b/, () => faker.book.title()],
  [/\bslug\b/, () => faker.lorem.slug(3)],
  [/\bpassword\b/, () => faker.internet.password()],
  [/\b(token|secret|hash|code|key|sku)\b/, () => faker.string.alphanumeric(16)],
  [/\b(description|summary|bio|comment|note|body|content|text|message)\b/, () => faker.lorem.sentence()],
  [companies, () => faker.company.name()],
  [people, () => faker.person.fullName()]
]

/** A text for a field of a model. */
export const realisticText = (model: string, field: string): string => {
  const name = wordsOf(field)
  const known = texts.find(([pattern]) => pattern.test(name))
  if (known !== undefined) return known[1]()
  return /\bname\b/.test(name) ? nameOf(wordsOf(model)) : faker.lorem.words(3)
}

/** What the rows of a model are called. */
const nameOf = (model: string): string => {
  if (people.test(model)) return faker.person.fullName()
  if (companies.test(model)) return faker.company.name()
  if (/\bcity\b/.test(model)) return faker.location.city()
  return /\bcountry\b/.test(model) ? faker.location.country() : faker.commerce.productName()
}

/** The words of a name, in lower case: those of `firstName` and of `first_name` are `first name`. */
export const wordsOf = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_\W]+/g, " ").toLowerCase()
