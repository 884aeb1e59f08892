/**
 * What a database knows of the names that a text may mention.
 *
 * @since 0.1.0
 */

/**
 * One thing that a database knows of a name:
 *
 * - `table`: there is a table of that name, or something else that only writes under its name change;
 * - `view`: there is a view, which reads as `text` says;
 * - `opaque`: there is something of which no text tells what it reads, such as a function;
 * - `pure`: there are functions of that name, and all of them make the same of the same arguments, and read no tables;
 * - `reading`: there are functions of that name, and none of them writes to tables, as those don't that are pure;
 * - `beside`: whatever is written to the table `text` may change what is read of this one;
 * - `following`: rows of this table may go, or change, with those that are deleted from the table `text`;
 * - `triggering`: whatever is written to the table may change any other, too.
 *
 * @category models
 * @since 0.1.0
 */
export interface Known {
  readonly kind: "table" | "view" | "opaque" | "pure" | "reading" | "beside" | "following" | "triggering"
  readonly name: string
  readonly text: string | null
}

/**
 * All that a database knows, by names in small letters and without their schemas: things that share one are not told apart.
 *
 * @category models
 * @since 0.1.0
 */
export type Catalog = Readonly<Record<Known["kind"], ReadonlyMap<string, ReadonlyArray<string>>>>

/**
 * What is known, by names.
 *
 * @category constructors
 * @since 0.1.0
 */
export const catalogOf = (known: Iterable<Known>): Catalog => {
  const found: Record<Known["kind"], Map<string, Array<string>>> = {
    table: new Map(),
    view: new Map(),
    opaque: new Map(),
    pure: new Map(),
    reading: new Map(),
    beside: new Map(),
    following: new Map(),
    triggering: new Map()
  }
  for (const { kind: told, name, text } of known) {
    // a database may hide what a view reads from those who are not its owner
    const kind = told === "view" && text === null ? "opaque" : told
    const written = text ?? ""
    const texts = found[kind].get(name.toLowerCase()) ?? []
    texts.push(kind === "view" ? written : written.toLowerCase())
    found[kind].set(name.toLowerCase(), texts)
  }
  return found
}
