/**
 * Fills the tables of the trading company with as many rows as are asked for. DuckDB makes them of hashes of the row's number, so that
 * they are the same wherever they are made.
 */

/** How many rows there are of each; every order has one to twenty-five details. */
export interface Sizes {
  readonly customers: number
  readonly employees: number
  readonly suppliers: number
  /** Details are all different only where these are many: 5000, say. */
  readonly products: number
  readonly orders: number
}

const seed = 42

/** A number from 0 to below `beyond`, another one for each row and each `purpose`. */
const below = (beyond: number, purpose: string, row = "i") =>
  `(hash(${seed}, '${purpose}', ${row}) % ${beyond})::INTEGER`

const oneOf = (values: ReadonlyArray<string>, purpose: string, row = "i") =>
  `([${values.map((value) => `'${value}'`).join(", ")}])[1 + ${below(values.length, purpose, row)}]`

const orNull = (percent: number, purpose: string, value: string) =>
  `CASE WHEN ${below(100, purpose)} < ${percent} THEN NULL ELSE ${value} END`

const words = (text: string) => text.split(" ")

const syllables = words(
  "bar ka lo men ter vis ro san del pi qua no ber lin tor ash wick ham ford ley ric mar sto gen ach"
)
const firstNames = words(
  "Ada Alan Barbara Claude Donald Edsger Frances Grace Hedy John Katherine Ken Linus Margaret Niklaus Radia"
)
const lastNames = words(
  "Allen Backus Codd Dijkstra Gray Hamilton Hoare Hopper Johnson Knuth Lamarr Liskov Lovelace Perlman Shannon Wirth"
)
const titles = [
  "Accounting Manager",
  "Marketing Assistant",
  "Order Administrator",
  "Owner",
  "Sales Agent",
  "Sales Manager"
]
const countries = words(
  "Argentina Austria Brazil Canada Denmark France Germany Ireland Italy Mexico Norway Spain Sweden"
)
const regions = words("North South East West Coast Highlands")
const packages = [
  "10 boxes x 20 bags",
  "12 - 100 g bars",
  "24 - 355 ml cans",
  "36 boxes",
  "48 - 6 oz jars",
  "500 g",
  "5 kg pkg."
]

const person = (purpose: string) =>
  `${oneOf(firstNames, `${purpose} first`)} || ' ' || ${oneOf(lastNames, `${purpose} last`)}`

/** A made-up word of three syllables. */
const word = (purpose: string) => {
  const parts = [1, 2, 3].map((part) => oneOf(syllables, `${purpose} ${part}`)).join(" || ")
  return `upper((${parts})[1]) || (${parts})[2:]`
}

const company = (purpose: string) =>
  `${word(purpose)} || ' ' || ${oneOf(["and Sons", "Group", "Inc", "LLC", "Trading"], `${purpose} form`)}`

const street = (purpose: string) => `(1 + ${below(999, `${purpose} number`)}) || ' ' || ${word(purpose)} || ' Street'`

const postalCode = (purpose: string) => `lpad(${below(100_000, purpose)}::VARCHAR, 5, '0')`

const phone = (purpose: string) =>
  `'(' || (100 + ${below(900, `${purpose} area`)}) || ') ' || (1000000 + ${below(9_000_000, purpose)})`

const day = (first: string, days: number, purpose: string) => `DATE '${first}' + ${below(days, purpose)}`

const price = (purpose: string, row: string) => `(300 + ${below(29_700, purpose, row)}) / 100`

const fill = (table: string, rows: number, values: ReadonlyArray<string>) =>
  `INSERT INTO ${table} SELECT ${values.join(", ")} FROM range(1, ${rows + 1}) AS numbers (i) ORDER BY i`

const address = (owner: string) => [street(`${owner} street`), word(`${owner} city`)]

const contact = (owner: string) => [company(owner), person(owner), oneOf(titles, `${owner} title`), ...address(owner)]

const country = (owner: string) => oneOf(countries, `${owner} country`)

const region = (owner: string) => orNull(30, `${owner} no region`, oneOf(regions, `${owner} region`))

const fillCustomers = ({ customers }: Sizes) =>
  fill("customers", customers, [
    "i",
    ...contact("customer"),
    orNull(50, "customer no code", postalCode("customer code")),
    region("customer"),
    country("customer"),
    phone("customer phone"),
    orNull(40, "customer no fax", phone("customer fax"))
  ])

const fillEmployees = ({ employees }: Sizes) =>
  fill("employees", employees, [
    "i",
    oneOf(lastNames, "employee last"),
    orNull(5, "employee no name", oneOf(firstNames, "employee first")),
    oneOf(titles, "employee title"),
    oneOf(["Ms.", "Mrs.", "Mr.", "Dr."], "employee courtesy"),
    day("1960-01-01", 15_000, "birth"),
    day("2010-01-01", 4000, "hire"),
    ...address("employee"),
    postalCode("employee code"),
    country("employee"),
    phone("employee phone"),
    `428 + ${below(5000, "extension")}`,
    `'Speaks ' || ${word("language")} || ' and has studied ' || ${word("subject")}`,
    `CASE WHEN i = 1 THEN NULL ELSE 1 + (hash(${seed}, 'recipient', i) % (i - 1)::UBIGINT)::INTEGER END`
  ])

const fillSuppliers = ({ suppliers }: Sizes) =>
  fill("suppliers", suppliers, [
    "i",
    ...contact("supplier"),
    region("supplier"),
    postalCode("supplier code"),
    country("supplier"),
    phone("supplier phone")
  ])

const fillProducts = ({ products, suppliers }: Sizes) =>
  fill("products", products, [
    "i",
    `${word("product")} || ' ' || ${word("kind")}`,
    oneOf(packages, "package"),
    price("price", "i"),
    below(126, "stock"),
    `10 * ${below(11, "on order")}`,
    `5 * ${below(7, "reorder")}`,
    below(2, "discontinued"),
    `1 + ${below(suppliers, "supplier")}`
  ])

const fillOrders = ({ customers, employees, orders }: Sizes) =>
  fill("orders", orders, [
    "i",
    "DATE '2016-01-01' + (i // 30)::INTEGER",
    "DATE '2016-01-31' + (i // 30)::INTEGER",
    orNull(5, "not shipped", "DATE '2016-01-11' + (i // 30)::INTEGER"),
    `1 + ${below(3, "via")}`,
    `${below(100_000, "freight")} / 100`,
    street("ship name"),
    word("ship city"),
    region("ship"),
    postalCode("ship code"),
    country("ship"),
    `1 + ${below(customers, "customer")}`,
    `1 + ${below(employees, "employee")}`
  ])

/** Of a hundred orders, sixty have up to four details, twenty up to ten, fifteen up to seventeen and five up to twenty-five. */
const detailsOfOrder = `
  CASE
    WHEN ${below(100, "length")} < 60 THEN 1 + ${below(4, "short")}
    WHEN ${below(100, "length")} < 80 THEN 5 + ${below(6, "middle")}
    WHEN ${below(100, "length")} < 95 THEN 11 + ${below(7, "long")}
    ELSE 18 + ${below(8, "longest")}
  END
`

const fillDetails = ({ orders, products }: Sizes) => `
  INSERT INTO order_details
  SELECT i, product, ${price("price", "product")}, 1 + ${below(130, "quantity", "(i, product)")}, (
    CASE WHEN ${below(2, "no discount", "(i, product)")} = 0 THEN 0 ELSE ${
  below(5, "discount", "(i, product)")
} / 20 END
  ) FROM (
    SELECT i, 1 + (${below(products, "first product")} + place * 197) % ${products} AS product
    FROM (SELECT i, unnest(range(${detailsOfOrder})) AS place FROM range(1, ${orders + 1}) AS numbers (i))
  ) ORDER BY i, product
`

/** The statements that fill the tables, those first that others refer to. */
export const filling = (sizes: Sizes): ReadonlyArray<string> =>
  [fillCustomers, fillEmployees, fillSuppliers, fillProducts, fillOrders, fillDetails].map((fillTable) =>
    fillTable(sizes)
  )
