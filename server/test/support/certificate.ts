import { generateKeyPairSync } from 'node:crypto'

const ECDSA_SHA256 = '06082a8648ce3d040302'
const CRL_DISTRIBUTION_POINTS = '0603551d1f'

/** A certificate in DER, signed by nobody, that says where the list of those revoked is (RFC 5280 §4.2.1.13). */
export function certificateWithList(url: string): Buffer {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const nobody = der(0x30)
  const algorithm = der(0x30, hex(ECDSA_SHA256))
  const from = der(0x17, Buffer.from('250101000000Z'))
  const to = der(0x17, Buffer.from('450101000000Z'))
  const point = der(0x30, der(0xa0, der(0xa0, der(0x86, Buffer.from(url)))))
  const extension = der(0x30, hex(CRL_DISTRIBUTION_POINTS), der(0x04, der(0x30, point)))
  const signed = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    nobody,
    der(0x30, from, to),
    nobody,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, extension)),
  )
  return der(0x30, signed, algorithm, der(0x03, Buffer.from([0, 0])))
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}
