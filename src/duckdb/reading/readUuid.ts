/**
 * Reads uuids: a chunk's hexadecimal digits are written into one text, of which each uuid is a part.
 *
 * @since 0.1.0
 */
import { isNull, type Reader, readValidity, readWords, viewOf } from "./vector.ts"

const textSize = 36

/** Where the sixteen bytes go in the text, the first one first; dashes stand between them. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const dashes = [8, 13, 18, 23]

/** The two characters of a byte's hexadecimal digits, as they lie in memory. */
const hexadecimal = Uint16Array.from(
  { length: 256 },
  (_, byte) => Buffer.from(byte.toString(16).padStart(2, "0")).readUInt16LE()
)

/** Reads `UUID`: 128 bits, the last byte first, with the highest bit flipped. */
export const readUuids: Reader<string> = (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const words = readWords(vector, count * 16)
  const characters = Buffer.alloc(count * textSize)
  const view = viewOf(characters)
  for (let row = 0; row < count; row++) {
    const text = row * textSize
    const last = row * 16 + 15
    for (let index = 0; index < 16; index++) {
      const byte = words.getUint8(last - index) ^ (index === 0 ? 0x80 : 0)
      view.setUint16(text + (places[index] ?? 0), hexadecimal[byte] ?? 0, true)
    }
    for (const dash of dashes) characters[text + dash] = 45
  }
  const all = characters.toString("latin1")
  const result = new Array<string | null>(count)
  for (let row = 0; row < count; row++) {
    result[row] = isNull(validity, row) ? null : all.substring(row * textSize, (row + 1) * textSize)
  }
  return result
}
