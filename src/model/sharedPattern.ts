/**
 * Regular expressions that JavaScript and the databases certainly read alike.
 *
 * @since 0.1.0
 */

/** A character outside of brackets that stands for itself, or one that is escaped. */
const plain = String.raw`[A-Za-z0-9 _@#%&=:;,<>~"'\/!-]|\\[.+*?()[\]{}|^$\\\/-]`
/** A character in brackets, or a range of them. */
const listed = String.raw`[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9 _@#%=:;,<>~"'\/!.+*?(){}|$]|\\[dw.+*?()[\]{}|^$\\\/-]`
const quantifier = String.raw`[+*?]|\{\d{1,2}(?:,\d{0,2})?\}`
const token = new RegExp(
  String
    .raw`(?<begin>^\^)|(?<end>\$$)|(?<classes>\\[dw])|(?<list>\[(?:${listed})+\])|(?<open>\((?:\?:)?)|(?<close>\))|` +
    String.raw`(?<or>\|)|(?<plain>${plain})|(?<count>${quantifier})`,
  "y"
)

const countable = ["classes", "list", "plain", "close"]

/** What `\d` and `\w` are in JavaScript; elsewhere they may be of all the world's letters. */
const classes: Readonly<Record<string, string>> = { "\\d": "0-9", "\\w": "A-Za-z0-9_" }

/**
 * The pattern as every database reads it as JavaScript does: `undefined` where it has more than plain characters, lists of them,
 * `\d`, `\w`, groups, alternatives and counts. What a dot is, for instance, depends on the database.
 */
export const sharedPattern = (source: string): string | undefined => {
  const parts: Array<string> = []
  let isCountable = false
  let isGroup = false
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const found = token.exec(source)
    if (found?.groups === undefined) return undefined
    const [text] = found
    const { groups } = found
    // a count of a count is a lazy one, and of a counted group perhaps more than a database takes
    if (groups["count"] !== undefined && (!isCountable || isGroup && text.startsWith("{"))) return undefined
    isCountable = countable.some((kind) => groups[kind] !== undefined)
    isGroup = groups["close"] !== undefined
    parts.push(partOf(text, groups))
  }
  return parts.join("")
}

const partOf = (text: string, { classes: letters, list }: Readonly<Record<string, string | undefined>>): string => {
  if (letters !== undefined) return `[${classes[letters]}]`
  return list === undefined ? text : text.replaceAll(/\\./g, (escape) => classes[escape] ?? escape)
}
