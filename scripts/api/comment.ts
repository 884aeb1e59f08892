/**
 * Doc comments: what they say of a declaration, and their tags.
 */

/** A doc comment without its stars. */
export interface Comment {
  /** What stands before the first tag, as Markdown. */
  readonly text: string
  readonly tags: ReadonlyArray<Tag>
}

interface Tag {
  readonly name: string
  readonly text: string
}

/** Where there is no comment. */
export const none: Comment = { text: "", tags: [] }

/** The last doc comment in the text before a declaration. */
export const commentBefore = (trivia: string): Comment => {
  const last = [...trivia.matchAll(/\/\*\*[\s\S]*?\*\//g)].at(-1)
  return last === undefined ? none : parse(last[0])
}

/** The doc comment that a file opens with. */
export const opening = (source: string): Comment => {
  const [first] = /^\s*\/\*\*[\s\S]*?\*\//.exec(source) ?? []
  return first === undefined ? none : parse(first)
}

/** A comment from its text, stars included. A line that begins with `@` opens a tag, unless it is of a code block. */
export const parse = (comment: string): Comment => {
  const parts: Array<{ readonly name: string; readonly lines: Array<string> }> = [{ name: "", lines: [] }]
  let fenced = false
  for (const line of linesOf(comment)) {
    if (/^\s*```/.test(line)) fenced = !fenced
    const [, name, rest = ""] = fenced ? [] : /^@([a-z]+)\s*(.*)$/i.exec(line) ?? []
    if (name === undefined) parts.at(-1)?.lines.push(line)
    else parts.push({ name, lines: [rest] })
  }
  const [text = "", ...tags] = parts.map(({ lines }) => lines.join("\n").trim())
  return { text, tags: tags.map((of, index) => ({ name: parts[index + 1]?.name ?? "", text: of })) }
}

const linesOf = (comment: string): ReadonlyArray<string> =>
  comment.replace(/^\s*\/\*\*/, "").replace(/\s*\*\/$/, "").split("\n").map((line, index) =>
    index === 0 ? line.trim() : line.replace(/^\s*\* ?/, "").trimEnd()
  )

/** What the tags of a name say, from the first on. */
export const tagged = ({ tags }: Comment, name: string): ReadonlyArray<string> =>
  tags.filter((tag) => tag.name === name).map(({ text }) => text)
