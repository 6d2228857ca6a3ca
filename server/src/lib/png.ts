import { crc32, deflate } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const BITS_PER_SAMPLE = 8
const INDEXED = 3
/** Rows compare well as they are: most of what is drawn here repeats. */
const NO_FILTER = 0

/** A picture of at most 256 colours. */
export interface IndexedImage {
  /** Pixels, 1 or more. */
  readonly width: number
  /** Pixels, 1 or more. */
  readonly height: number
  /** Red, green and blue of each colour. */
  readonly palette: readonly (readonly [number, number, number])[]
  /** The number of a colour for each pixel of a row, which is not changed afterwards. */
  row(y: number): Uint8Array
}

/** The bytes of a PNG file (W3C PNG, third edition), compressed off the main thread. */
export async function encodePng({ width, height, palette, row }: IndexedImage): Promise<Buffer> {
  const lines = Buffer.alloc(height * (width + 1), NO_FILTER)
  for (let y = 0; y < height; y++) lines.set(row(y), y * (width + 1) + 1)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = BITS_PER_SAMPLE
  header[9] = INDEXED
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', await compress(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Length, type, data, and the CRC of type and data (section 5.3). */
function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const bytes = Buffer.alloc(named.length + 8)
  bytes.writeUInt32BE(data.length, 0)
  named.copy(bytes, 4)
  bytes.writeUInt32BE(crc32(named), named.length + 4)
  return bytes
}

function compress(bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflate(bytes, { level: 1 }, (error, result) => (error ? reject(error) : resolve(result)))
  })
}
