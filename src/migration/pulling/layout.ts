/**
 * Lays out TypeScript: on one line where it fits, else a line for each part.
 *
 * @since 0.1.0
 */

const widest = 120

/** Parts between brackets, behind what stands on their first line; the line is indented by so many spaces. */
export const enclosed = (
  before: string,
  parts: ReadonlyArray<string>,
  [open, close]: readonly [open: string, close: string],
  after: string,
  indent: number
): string => {
  const inner = open === "[" ? parts.join(", ") : ` ${parts.join(", ")} `
  const line = parts.length === 0 ? `${open}${close}${after}` : `${open}${inner}${close}${after}`
  const start = before.includes("\n") ? before.length - before.lastIndexOf("\n") - 1 : before.length + indent
  const end = line.includes("\n") ? line.indexOf("\n") : line.length
  if (parts.every((part) => !part.includes("\n")) && start + end <= widest) return before + line
  const space = " ".repeat(indent + 2)
  return `${before}${open}\n${parts.map((part) => space + part).join(",\n")}\n${" ".repeat(indent)}${close}${after}`
}

/** Lines of a comment on what follows; nothing where there is nothing to say. */
export const docComment = (text: string | undefined, indent: number): string => {
  if (text === undefined || text.trim() === "") return ""
  const space = " ".repeat(indent)
  const lines = text.replaceAll("*/", "* /").trim().split(/\r\n?|[\n\u2028\u2029]/)
  return lines.length === 1
    ? `${space}/** ${lines[0]} */\n`
    : `${space}/**\n${lines.map((line) => `${space} * ${line}`.trimEnd()).join("\n")}\n${space} */\n`
}

/** SQL between the backticks of a template. */
export const template = (sql: string): string => `\`${sql.replaceAll(/[`\\]|\$(?=\{)/g, String.raw`\$&`)}\``
