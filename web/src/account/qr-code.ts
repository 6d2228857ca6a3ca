import { checkWords } from './qr-checks.ts'

/**
 * A QR code of a text, after ISO/IEC 18004: byte mode, error correction level M, versions 1 to 15 (up to 412 bytes).
 * Authenticator apps read the address of a second factor from it; that address must not leave this page, so no service
 * draws it.
 */

/** By version: check words of a block, and how many blocks there are. */
const CHECK_WORDS = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24]
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10]
/** The two bits of level M. */
const LEVEL = 0

type Grid = (boolean | undefined)[][]

/** Rows of modules, true for dark. @throws RangeError when the text is too long */
export function qrCode(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text)
  const version = versionFor(bytes.length)
  const size = version * 4 + 17
  const grid: Grid = Array.from({ length: size }, () => new Array<boolean | undefined>(size).fill(undefined))
  drawPatterns(grid, version)
  const free = grid.map((row) => row.map((module) => module === undefined))
  placeWords(grid, withChecks(dataWords(bytes, version), version))
  const masked = MASKS.map((mask, number) => {
    const copy = grid.map((row, y) =>
      row.map((dark, x) => Boolean(dark) !== (free[y]?.[x] === true && mask(x, y))),
    )
    drawFormat(copy, number)
    return copy
  })
  return masked.reduce((best, one) => (penalty(one) < penalty(best) ? one : best))
}

function versionFor(length: number): number {
  for (let version = 1; version <= BLOCKS.length; version++) {
    const header = version < 10 ? 2 : 3
    if (length + header <= dataLength(version)) return version
  }
  throw new RangeError('The text is too long for a QR code')
}

/** Words of eight bits that a version holds, checks included: what its patterns leave free. */
function allWords(version: number): number {
  const alignments = version < 2 ? 0 : Math.floor(version / 7) + 2
  const free = (16 * version + 128) * version + 64
  if (alignments === 0) return free >> 3
  const patterns = (25 * alignments - 10) * alignments - 55
  return (free - patterns - (version >= 7 ? 36 : 0)) >> 3
}

function dataLength(version: number): number {
  return allWords(version) - (CHECK_WORDS[version - 1] as number) * (BLOCKS[version - 1] as number)
}

function dataWords(bytes: Uint8Array, version: number): number[] {
  const bits: number[] = []
  const push = (value: number, length: number) => {
    for (let at = length - 1; at >= 0; at--) bits.push((value >>> at) & 1)
  }
  push(0b0100, 4)
  push(bytes.length, version < 10 ? 8 : 16)
  for (const byte of bytes) push(byte, 8)
  const room = dataLength(version) * 8
  push(0, Math.min(4, room - bits.length))
  while (bits.length % 8 !== 0) bits.push(0)
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) push(pad, 8)
  return Array.from({ length: bits.length / 8 }, (_, word) =>
    bits.slice(word * 8, word * 8 + 8).reduce((sum, bit) => sum * 2 + bit, 0),
  )
}

/** Cuts the data into blocks, appends the checks of each, and lays the blocks into each other. */
function withChecks(data: readonly number[], version: number): number[] {
  const checks = CHECK_WORDS[version - 1] as number
  const count = BLOCKS[version - 1] as number
  const shorter = Math.floor(data.length / count)
  const longOnes = data.length % count
  const checksOf = checkWords(checks)
  const blocks = Array.from({ length: count }, (_, block) => {
    const before = block * shorter + Math.max(0, block - (count - longOnes))
    const words = data.slice(before, before + shorter + (block >= count - longOnes ? 1 : 0))
    return { words, checks: checksOf(words) }
  })
  const columns = (of: 'words' | 'checks', length: number) =>
    Array.from({ length }, (_, at) => blocks.flatMap((block) => block[of][at] ?? [])).flat()
  return [...columns('words', shorter + 1), ...columns('checks', checks)]
}

const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

function set(grid: Grid, x: number, y: number, dark: boolean): void {
  const row = grid[y]
  if (row && x >= 0 && x < row.length) row[x] = dark
}

function drawPatterns(grid: Grid, version: number): void {
  const size = grid.length
  for (let at = 0; at < size; at++) {
    set(grid, 6, at, at % 2 === 0)
    set(grid, at, 6, at % 2 === 0)
  }
  const corners = [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const
  for (const [x, y] of corners) drawSquare(grid, x, y, 4, (distance) => distance !== 2 && distance !== 4)
  const places = alignmentPlaces(version)
  const last = places.length - 1
  places.forEach((x, column) => {
    places.forEach((y, row) => {
      const isCorner =
        (column === 0 && row === 0) || (column === 0 && row === last) || (column === last && row === 0)
      if (!isCorner) drawSquare(grid, x, y, 2, (distance) => distance !== 1)
    })
  })
  drawFormat(grid, 0)
  if (version >= 7) drawVersion(grid, version)
}

function drawSquare(
  grid: Grid,
  x: number,
  y: number,
  radius: number,
  isDark: (distance: number) => boolean,
): void {
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++)
      set(grid, x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))))
  }
}

function alignmentPlaces(version: number): number[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const last = version * 4 + 10
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - step * (count - 2 - at))]
}

/** Level and mask, twice, each with ten bits of a BCH code. */
function drawFormat(grid: Grid, mask: number): void {
  const data = (LEVEL << 3) | mask
  const bits = ((data << 10) | bch(data, 10, 0x537)) ^ 0x5412
  const size = grid.length
  const bit = (at: number) => ((bits >>> at) & 1) === 1
  for (let at = 0; at <= 5; at++) set(grid, 8, at, bit(at))
  set(grid, 8, 7, bit(6))
  set(grid, 8, 8, bit(7))
  set(grid, 7, 8, bit(8))
  for (let at = 9; at < 15; at++) set(grid, 14 - at, 8, bit(at))
  for (let at = 0; at < 8; at++) set(grid, size - 1 - at, 8, bit(at))
  for (let at = 8; at < 15; at++) set(grid, 8, size - 15 + at, bit(at))
  set(grid, 8, size - 8, true)
}

function drawVersion(grid: Grid, version: number): void {
  const bits = (version << 12) | bch(version, 12, 0x1f25)
  for (let at = 0; at < 18; at++) {
    const dark = ((bits >>> at) & 1) === 1
    const [far, near] = [grid.length - 11 + (at % 3), Math.floor(at / 3)]
    set(grid, far, near, dark)
    set(grid, near, far, dark)
  }
}

function bch(data: number, degree: number, divisor: number): number {
  let rest = data
  for (let turn = 0; turn < degree; turn++) rest = (rest << 1) ^ ((rest >>> (degree - 1)) * divisor)
  return rest
}

/** From the lower right, in columns of two, up and down. */
function placeWords(grid: Grid, words: readonly number[]): void {
  const size = grid.length
  let at = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    const upwards = ((right + 1) & 2) === 0
    for (let step = 0; step < size; step++) {
      const y = upwards ? size - 1 - step : step
      for (const x of [right, right - 1]) {
        if (grid[y]?.[x] !== undefined) continue
        const word = words[at >>> 3] ?? 0
        set(grid, x, y, ((word >>> (7 - (at & 7))) & 1) === 1)
        at++
      }
    }
  }
}

/** How hard a code is to read. The rules that matter most: long runs, and blocks of one colour. */
function penalty(grid: readonly (readonly boolean[])[]): number {
  let sum = 0
  const lines = [...grid, ...grid.map((_, at) => grid.map((row) => row[at] as boolean))]
  for (const line of lines) {
    const runs =
      line
        .map(Number)
        .join('')
        .match(/0{5,}|1{5,}/g) ?? []
    for (const run of runs) sum += run.length - 2
  }
  for (let y = 1; y < grid.length; y++) {
    for (let x = 1; x < grid.length; x++) {
      const dark = grid[y]?.[x]
      if (dark === grid[y]?.[x - 1] && dark === grid[y - 1]?.[x] && dark === grid[y - 1]?.[x - 1]) sum += 3
    }
  }
  return sum
}
