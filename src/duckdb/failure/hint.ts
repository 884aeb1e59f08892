/**
 * What to do about a failure of DuckDB, where its message leaves that open or names what this library has another way for.
 *
 * @since 0.1.0
 */

/** A hint may quote the part of the message that says with what it happened. */
type Hint = string | ((part: string) => string)

const extension = (name: string) =>
  `Install it once where there is a network (INSTALL ${name}), and name it in the \`extensions\` option of the Layer, which ` +
  `loads it: nothing is downloaded behind your back.`

const structureFirst =
  "If no other transaction did, this one has changed rows of the table before its structure: change the structure first, or in " +
  "a transaction of its own."

const rebuildIndexes =
  "Drop the indexes of the table, change it, and create them again. Nothing but the columns added to it can be changed in a " +
  "table that a foreign key refers to."

const hints: ReadonlyArray<readonly [message: RegExp, hint: Hint]> = [
  // statements
  [
    /^Catalog Error: Table with name .* does not exist/,
    "Create it before: by Session.createTables, or by a migration."
  ],
  [
    /^Binder Error: (Referenced column|Referenced table|Table ".*" does not have a column)/,
    "The table is not what the statement expects: compare it with the model, and look for a migration that has not run."
  ],
  [/^(?:Catalog|Binder) Error: .* it exists in the (\w+) extension/, extension],
  [/^Missing Extension Error: .* requires the extension (\w+) to be loaded/, extension],
  [/^IO Error: Extension ".*?(\w+)\.duckdb_extension" not found/, extension],
  [/^IO Error: Failed to download extension "(\w+)"/, extension],
  [
    /^(Invalid Input Error: Values were not provided|Failed to bind .* Can not bind to parameter)/,
    "Give each placeholder a value."
  ],
  [/^Invalid Input Error: Cannot prepare multiple statements/, "Send the statements one by one."],
  [
    /^Conversion Error: Could not convert string '(.*)' to \w+(?: when casting|\n|$)/,
    (value) =>
      `'${value}' is no value of that type; an enum counts its values in UINT8. Send another, or convert it with TRY_CAST, ` +
      `which gives NULL instead.`
  ],
  [
    /^Conversion Error: /,
    "Send a value that the type can hold, or convert it with TRY_CAST, which gives NULL instead."
  ],
  [/^Out of Range Error: /, "Calculate in a wider type: CAST a value to HUGEINT or DOUBLE first."],
  [
    /^IO Error: (No files found|Cannot open file)/,
    "A relative path starts at the folder that the program was started in."
  ],

  // structure
  [/^(Dependency Error: Cannot alter|Catalog Error: Cannot drop this column: an index)/, rebuildIndexes],
  [
    /^Dependency Error: /,
    "Drop what depends on it first. CASCADE would drop that too: tables, where it is a sequence of theirs."
  ],
  [
    /^Catalog Error: Could not drop the table because this table is main key/,
    "Drop the table that refers to it first."
  ],
  [
    /^Binder Error: Creating foreign keys across different schemas/,
    "Put both tables into one schema, or make the field a plain one: DuckDB keeps no keys between schemas."
  ],
  [
    /^Parser Error: FOREIGN KEY constraints cannot use CASCADE/,
    "DuckDB only refuses: delete the rows that refer to another first, in a transaction before."
  ],
  [
    /^(Parser Error: Adding columns with constraints|Not implemented Error: No support for that ALTER TABLE)/,
    "Add the column with a DEFAULT, then ALTER it SET NOT NULL; other constraints can be had only by making the table anew."
  ],

  // transactions
  [
    /^TransactionContext Error: cannot (start a transaction within|commit|rollback)/,
    "Use Session.transaction or sql.withTransaction instead of BEGIN, COMMIT and ROLLBACK: they know whether one is open, and nest."
  ],
  [
    /^Parser Error: syntax error at or near "SAVEPOINT"/i,
    "DuckDB has no savepoints: nest Session.transaction instead."
  ],
  [
    /^Parser Error: SELECT locking clause/,
    "DuckDB locks no rows: read and write in one transaction, and run it again where it fails with Conflict."
  ],
  [/^TransactionContext Error: Attempting to write to database/, "Write to each database in a transaction of its own."],
  [/^TransactionContext Error: Cannot CHECKPOINT/, "Run CHECKPOINT outside of the transaction."],
  [/^TransactionContext Error: Cannot create index with outstanding updates/, structureFirst],
  [/^TransactionContext Error: Failed to commit: Attempting to modify table/, structureFirst],
  [
    /^TransactionContext Error: Failed to commit: Could not write file/,
    "Make room on the disk, and run the transaction again."
  ],

  // resources
  [
    /^Out of Memory Error: /,
    "Raise the Layer's `memoryLimit`, give it a `tempDirectory` to spill to, or lower `threads`: each needs memory of its own."
  ],
  [/^INTERRUPT Error: /, "Something ended the statement before it was done; it can be run again."],

  // opening
  [
    /^IO Error: The file ".*" exists, but it is not a valid/s,
    "Give the path of a DuckDB file, or of none: then it is made."
  ],
  [/^IO Error: Cannot open database ".*" in read-only mode/s, "Open it once without `readOnly`, which makes it."],
  [/^Catalog Error: Cannot launch in-memory database in read-only/, "Only a file can be opened with `readOnly`."],
  [
    /^Failed to set config/,
    "A value among the options is not one: `threads` is at least 1, and `memoryLimit` reads like \"2GB\"."
  ],
  [
    /^INTERNAL Error: Failure while replaying WAL/,
    "The process that wrote to it ended during a change of structure. Open it once without `readOnly`, which recovers it."
  ]
]

/** The hint for a message, to be spread into an error. */
export const hintOf = (message: string): { readonly hint?: string } => {
  for (const [pattern, hint] of hints) {
    const found = pattern.exec(message)
    if (found !== null) return { hint: typeof hint === "string" ? hint : hint(found[1] ?? "") }
  }
  return {}
}
