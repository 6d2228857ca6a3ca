const HEADER_BYTES = 44
const PCM = 1

/**
 * The bytes of a WAV file: one channel of 16-bit samples.
 *
 * @param sampleRate samples per second
 * @param sample the value at an index, from -1 to 1
 */
export function encodeWav(sampleRate: number, samples: number, sample: (index: number) => number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + samples * 2)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(PCM, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(sampleRate, 24)
  bytes.writeUInt32LE(sampleRate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(samples * 2, 40)
  for (let index = 0; index < samples; index++) {
    bytes.writeInt16LE(Math.round(sample(index) * 32_767), HEADER_BYTES + index * 2)
  }
  return bytes
}
