/**
 * What can be asked of a text.
 *
 * @since 0.1.0
 */
import type { Certain, Condition, Expression, NullOf, Operand, PlainStage, Stage, StageOf } from "./Expression.ts"
import type { ListExpression } from "./ListExpression.ts"
import type { NumberExpression } from "./NumberExpression.ts"

/** A text, or an expression of one. */
type Text<L extends Stage> = Operand<string, L>

/** The same where the text is null, and a value where it isn't. */
type Like<A, B> = B | (A & null)

/**
 * An expression whose value is a text. Characters are counted in code points, from 0, as JavaScript's `Array.from(text)` does.
 *
 * @category models
 * @since 0.1.0
 */
export interface TextExpression<out A, out L extends Stage = PlainStage> extends Expression<A, L> {
  /** Another text where this one is null. */
  orElse<L2 extends Stage = never>(value: Operand<A, L2>): TextExpression<NonNullable<A>, L | NoInfer<L2>> & Certain
  /** Begins with a text. */
  startsWith<L2 extends Stage = never>(text: Text<L2>): Condition<L | NoInfer<L2>>
  /** Ends with a text. */
  endsWith<L2 extends Stage = never>(text: Text<L2>): Condition<L | NoInfer<L2>>
  /** Has a text in it. */
  contains<L2 extends Stage = never>(text: Text<L2>): Condition<L | NoInfer<L2>>
  /** Matches a pattern of `%` (any text) and `_` (any character), which `\` escapes. */
  like<L2 extends Stage = never>(pattern: Text<L2>): Condition<L | NoInfer<L2>>
  /** Doesn't match such a pattern. */
  notLike<L2 extends Stage = never>(pattern: Text<L2>): Condition<L | NoInfer<L2>>
  /** Matches a pattern as `like` does, whatever the case. */
  ilike<L2 extends Stage = never>(pattern: Text<L2>): Condition<L | NoInfer<L2>>
  /**
   * Has a part that matches a regular expression. Databases share characters, `.` (any, also a line break), `[a-z]`, `[^a-z]`,
   * `\d`, `*`, `+`, `?`, `{2,3}`, `|`, `(groups)`, `(?:groups)`, and `^` and `$` for the ends of the text.
   */
  matches<L2 extends Stage = never>(pattern: Text<L2>): Condition<L | NoInfer<L2>>
  /** Equal to it in lower case. */
  equalsIgnoringCase<L2 extends Stage = never>(text: Text<L2>): Condition<L | NoInfer<L2>>
  /** In lower case. */
  lower(): TextExpression<Like<A, string>, L>
  /** In upper case. */
  upper(): TextExpression<Like<A, string>, L>
  /** Without these characters at both ends; without spaces, unless told otherwise. */
  trim<O extends Operand<string> = never>(
    characters?: O
  ): TextExpression<Like<A | NullOf<O>, string>, L | StageOf<O>>
  /** Without these characters at its beginning; without spaces, unless told otherwise. */
  trimStart<O extends Operand<string> = never>(
    characters?: O
  ): TextExpression<Like<A | NullOf<O>, string>, L | StageOf<O>>
  /** Without these characters at its end; without spaces, unless told otherwise. */
  trimEnd<O extends Operand<string> = never>(
    characters?: O
  ): TextExpression<Like<A | NullOf<O>, string>, L | StageOf<O>>
  /** The number of characters. */
  length(): NumberExpression<Like<A, number>, Like<A, number>, L>
  /** So many characters from a place on, or all that follow. */
  substring<O extends Operand<number>, P extends Operand<number> = never>(
    start: O,
    length?: P
  ): TextExpression<Like<A | NullOf<O | P>, string>, L | StageOf<O | P>>
  /** The first so many characters. */
  left<O extends Operand<number>>(length: O): TextExpression<Like<A | NullOf<O>, string>, L | StageOf<O>>
  /** The last so many characters. */
  right<O extends Operand<number>>(length: O): TextExpression<Like<A | NullOf<O>, string>, L | StageOf<O>>
  /** With every occurrence of a text replaced by another one. */
  replace<O extends Operand<string>, P extends Operand<string>>(
    text: O,
    by: P
  ): TextExpression<Like<A | NullOf<O | P>, string>, L | StageOf<O | P>>
  /** With another text behind it; null where either is. */
  concat<O extends Operand<string>>(text: O): TextExpression<Like<A | NullOf<O>, string>, L | StageOf<O>>
  /** The texts between a separator; the characters, where that is empty. */
  split<O extends Operand<string>>(
    separator: O
  ): ListExpression<Like<A | NullOf<O>, ReadonlyArray<string>>, string, L | StageOf<O>>
  /** Filled up in front to so many characters, with spaces unless told otherwise. */
  padStart<O extends Operand<number>, P extends Operand<string> = never>(
    length: O,
    fill?: P
  ): TextExpression<Like<A | NullOf<O | P>, string>, L | StageOf<O | P>>
  /** Filled up behind. */
  padEnd<O extends Operand<number>, P extends Operand<string> = never>(
    length: O,
    fill?: P
  ): TextExpression<Like<A | NullOf<O | P>, string>, L | StageOf<O | P>>
  /** The characters from the last to the first. */
  reversed(): TextExpression<Like<A, string>, L>
  /** So many times, one behind the other. */
  repeat<O extends Operand<number>>(times: O): TextExpression<Like<A | NullOf<O>, string>, L | StageOf<O>>
  /** The place of the first occurrence of a text, or -1. */
  indexOf<O extends Operand<string>>(
    text: O
  ): NumberExpression<Like<A | NullOf<O>, number>, Like<A | NullOf<O>, number>, L | StageOf<O>>
  /** With everything that matches a regular expression replaced; `\1` stands for its first group, and `\0` for all of it. */
  regexReplace<O extends Operand<string>, P extends Operand<string>>(
    pattern: O,
    by: P
  ): TextExpression<Like<A | NullOf<O | P>, string>, L | StageOf<O | P>>
  /** The first part that matches a regular expression; null where there is none. */
  regexExtract<O extends Operand<string>>(pattern: O): TextExpression<string | null, L | StageOf<O>>
}
