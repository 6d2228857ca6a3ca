/** What the bytes of a file are, by their own headers and whatever anybody says about them. */
export interface Media {
  readonly contentType: string
  /** Pixels, of pictures. */
  readonly width?: number
  readonly height?: number
  /** Of sounds that say it at their beginning. */
  readonly durationMs?: number
}

/** Pictures, sounds and videos that browsers show; undefined for everything else, and for what is cut off. */
export function mediaOf(bytes: Buffer): Media | undefined {
  return (
    pngOf(bytes) ??
    jpegOf(bytes) ??
    gifOf(bytes) ??
    riffOf(bytes) ??
    mp4Of(bytes) ??
    webmOf(bytes) ??
    soundOf(bytes)
  )
}

function has(bytes: Buffer, offset: number, text: string): boolean {
  return bytes.toString('latin1', offset, offset + text.length) === text
}

/** W3C PNG, third edition, section 11.2.2: the first chunk is the header. */
function pngOf(bytes: Buffer): Media | undefined {
  if (!has(bytes, 0, '\x89PNG\r\n\x1a\n') || !has(bytes, 12, 'IHDR') || bytes.length < 33) return undefined
  return { contentType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** ITU-T T.81, annex B: segments with their lengths, until one that begins a frame. */
function jpegOf(bytes: Buffer): Media | undefined {
  if (!has(bytes, 0, '\xff\xd8\xff')) return undefined
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] as number
    if (marker === 0xff) at += 1
    else if (isFrame(marker))
      return {
        contentType: 'image/jpeg',
        width: bytes.readUInt16BE(at + 7),
        height: bytes.readUInt16BE(at + 5),
      }
    else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2))
  }
  return undefined
}

/** SOF0 to SOF15 without the tables and the arithmetic conditioning that stand between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

function gifOf(bytes: Buffer): Media | undefined {
  if (!(has(bytes, 0, 'GIF87a') || has(bytes, 0, 'GIF89a')) || bytes.length < 13) return undefined
  return { contentType: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
}

/** WebP (RFC 9649) and WAV. */
function riffOf(bytes: Buffer): Media | undefined {
  if (!has(bytes, 0, 'RIFF') || bytes.length < 44 - 14) return undefined
  if (has(bytes, 8, 'WAVE')) return wavOf(bytes)
  if (!has(bytes, 8, 'WEBP')) return undefined
  const size = (width: number, height: number): Media => ({ contentType: 'image/webp', width, height })
  if (has(bytes, 12, 'VP8X')) return size(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1)
  if (has(bytes, 12, 'VP8L')) {
    const bits = bytes.readUInt32LE(21)
    return size((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
  }
  if (has(bytes, 12, 'VP8 ')) return size(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff)
  return undefined
}

/** A sound that says more of itself has a header that cannot be believed. */
const DURATION_MOST_MS = 86_400_000

function wavOf(bytes: Buffer): Media | undefined {
  if (!has(bytes, 12, 'fmt ') || bytes.length < 36) return undefined
  const perSecond = bytes.readUInt32LE(28)
  const data = bytes.subarray(0, 4096).indexOf('data', 20, 'latin1')
  if (perSecond === 0 || data === -1) return { contentType: 'audio/wav' }
  const there = Math.max(0, bytes.length - data - 8)
  // What streams says a length that nobody knew when it was written: none, or more than there is.
  const said = there > 0 ? bytes.readUInt32LE(data + 4) : 0
  const size = said === 0 ? there : Math.min(said, there)
  const durationMs = Math.round((size * 1000) / perSecond)
  return { contentType: 'audio/wav', ...(durationMs <= DURATION_MOST_MS && { durationMs }) }
}

const SOUND_BRANDS = new Set(['M4A ', 'M4B '])
/** Pictures in the same container. */
const OTHER_BRANDS = /^(avif|avis|heic|heix|mif1|msf1)$/

/** ISO/IEC 14496-12: the file type stands first. */
function mp4Of(bytes: Buffer): Media | undefined {
  if (!has(bytes, 4, 'ftyp') || bytes.length < 32) return undefined
  const brand = bytes.toString('latin1', 8, 12)
  if (OTHER_BRANDS.test(brand)) return undefined
  return { contentType: SOUND_BRANDS.has(brand) ? 'audio/mp4' : 'video/mp4' }
}

function webmOf(bytes: Buffer): Media | undefined {
  if (!has(bytes, 0, '\x1aE\xdf\xa3') || !bytes.subarray(0, 64).includes('webm')) return undefined
  return { contentType: 'video/webm' }
}

function soundOf(bytes: Buffer): Media | undefined {
  if (bytes.length < 64) return undefined
  if (has(bytes, 0, 'OggS')) return { contentType: 'audio/ogg' }
  if (has(bytes, 0, 'fLaC')) return { contentType: 'audio/flac' }
  if (has(bytes, 0, 'ID3')) return { contentType: 'audio/mpeg' }
  if (bytes[0] !== 0xff) return undefined
  const second = bytes[1] as number
  if ((second & 0xf6) === 0xf0) return { contentType: 'audio/aac' }
  // MPEG version 1 or 2, layer III.
  if ((second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08) return { contentType: 'audio/mpeg' }
  return undefined
}
