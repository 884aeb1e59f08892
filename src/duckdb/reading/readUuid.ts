/**
 * Reads uuids: a chunk's hexadecimal digits are written into one text, of which each uuid is a part.
 *
 * @since 0.1.0
 */
import { isNull, type Reader, readValidity, readWords, viewOf } from "./vector.ts"

const textSize = 36

/** Where the eight pairs of bytes go in the text, the first one first; dashes stand between them. */
const places = [0, 4, 9, 14, 19, 24, 28, 32]
const dashes = [8, 13, 18, 23]

/** The two characters of a byte's hexadecimal digits, as they lie in memory. */
const digitsOfByte = Array.from(
  { length: 256 },
  (_, byte) => Buffer.from(byte.toString(16).padStart(2, "0")).readUInt16LE()
)

/** The four characters of two bytes' digits. */
const digitsOfPair = Uint32Array.from(
  { length: 65_536 },
  (_, pair) => (digitsOfByte[pair >> 8] ?? 0) | (digitsOfByte[pair & 0xff] ?? 0) << 16
)

/** Reads `UUID`: 128 bits, the last byte first, with the highest bit flipped. */
export const readUuids: Reader<string> = (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const words = readWords(vector, count * 16)
  const characters = Buffer.alloc(count * textSize)
  const view = viewOf(characters)
  for (let row = 0; row < count; row++) {
    const text = row * textSize
    const last = row * 16 + 14
    for (let index = 0; index < 8; index++) {
      const pair = words.getUint16(last - index * 2, true) ^ (index === 0 ? 0x8000 : 0)
      view.setUint32(text + (places[index] ?? 0), digitsOfPair[pair] ?? 0, true)
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
