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
  let last: string | undefined
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const groups = token.exec(source)?.groups
    if (groups === undefined) return undefined
    // a count of a count is a lazy one, and of a counted group perhaps more than a database takes
    if (groups["count"] !== undefined && !countable.includes(last ?? "")) return undefined
    if (groups["count"]?.startsWith("{") === true && last === "close") return undefined
    last = Object.keys(groups).find((name) => groups[name] !== undefined)
    parts.push(partOf(groups))
  }
  return parts.join("")
}

const partOf = ({ classes: class_, list, ...others }: Readonly<Record<string, string | undefined>>): string => {
  if (class_ !== undefined) return `[${classes[class_]}]`
  if (list !== undefined) return list.replaceAll(/\\./g, (escape) => classes[escape] ?? escape)
  return Object.values(others).find((part) => part !== undefined) ?? ""
}
