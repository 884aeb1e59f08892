/**
 * What the API reference tells: entrances, their modules, the names of these, and what belongs to a name.
 */
import type { Comment } from "./comment.ts"

/** What a project imports from, such as `andamios-orm/duckdb`. */
export interface Entrance {
  readonly path: string
  /** The folder of its pages. */
  readonly folder: string
  readonly comment: Comment
  readonly modules: ReadonlyArray<Module>
  /** Names that are in no module. */
  readonly names: ReadonlyArray<Name>
}

/** Names that are used under another one: `Query` of `Query.from`. */
export interface Module {
  readonly name: string
  readonly place: Place
  readonly comment: Comment
  readonly names: ReadonlyArray<Name>
}

/** A line of a source, which is told from the root of the repository. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** What a name stands for; `"data"` is a Schema of plain values and their type in one: a class, or a constant with a type. */
export type Kind = "function" | "constant" | "layer" | "class" | "error" | "data" | "interface" | "type"

/** An exported name. */
export interface Name {
  readonly name: string
  readonly kind: Kind
  readonly comment: Comment
  readonly place: Place
  /** What it is declared as: one text, or one for each overload. */
  readonly signatures: ReadonlyArray<string>
  readonly members: ReadonlyArray<Member>
  /** The classes in its error channel, or in that of what it returns; of a type, what it is a union of. */
  readonly errors: ReadonlyArray<string>
}

/** A property or a method of a class or an interface. */
export interface Member {
  readonly name: string
  readonly kind: "method" | "property"
  readonly comment: Comment
  readonly signatures: ReadonlyArray<string>
  readonly errors: ReadonlyArray<string>
  /** The properties of the record that it is. */
  readonly members: ReadonlyArray<Member>
}
