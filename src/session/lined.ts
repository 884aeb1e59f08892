/**
 * Rows of texts in columns that are as wide as what is in them.
 *
 * @since 0.1.0
 */
import Table from "cli-table3"

/** The lines of a table without borders, its head first where it names a column, which may be painted. */
export const lined = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  right: ReadonlyArray<string> = [],
  paint: (name: string) => string = (name) => name
): string => {
  const lines = new Table({
    colAligns: head.map((name) => right.includes(name) ? "right" : "left"),
    chars: borderless,
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 }
  })
  const first = head.some((name) => name !== "") ? [head.map(paint)] : []
  lines.push(...first, ...rows.map((row) => [...row]))
  return lines.toString().replaceAll(/ +$/gm, "")
}

const borderless = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  "
}
