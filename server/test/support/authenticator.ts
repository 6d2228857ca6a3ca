import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

/** What a server asks for; of the rest an authenticator of tests has no need. */
export interface Ceremony {
  readonly challenge: string
}

/** Where an honest device and its browser would differ. */
export interface Tampering {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly verified?: boolean
  readonly counter?: number
  /** Signs with a key of its own in place of the credential's. */
  readonly forged?: boolean
  /** An attestation that nobody asked for, by this certificate (DER). */
  readonly attested?: { readonly fmt: string; readonly certificate: Buffer }
}

/** A device with one passkey, and the browser before it (WebAuthn Level 3 §6; ES256, no attestation). */
export class Authenticator {
  readonly id: string
  readonly #origin: string
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  #counter = 1

  /** @param id of the credential, for a device that would take another's */
  constructor(origin: string, id = randomBytes(32).toString('base64url')) {
    this.#origin = origin
    this.id = id
  }

  /** The answer to the options of a registration. */
  create(options: Ceremony, tampering: Tampering = {}): object {
    const authData = this.#authData(tampering, ATTESTED, this.#credential())
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', options, tampering).toString('base64url'),
      attestationObject: cbor(
        new Map<string, Cbor>([
          ['fmt', tampering.attested?.fmt ?? 'none'],
          ['attStmt', statement(tampering)],
          ['authData', authData],
        ]),
      ).toString('base64url'),
      transports: ['internal'],
    })
  }

  /** The answer to the options of a sign-in. */
  get(options: Ceremony, tampering: Tampering = {}): object {
    const clientData = this.#clientData('webauthn.get', options, tampering)
    const authData = this.#authData(tampering, 0)
    const key: KeyObject = tampering.forged
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      : this.#key.privateKey
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', Buffer.concat([authData, sha256(clientData)]), key).toString('base64url'),
    })
  }

  /** The public key's coordinates, for a test that looks for them where they must not be. */
  publicKey(): string {
    return String(this.#key.publicKey.export({ format: 'jwk' }).x)
  }

  #answer(response: object): object {
    return { id: this.id, rawId: this.id, type: 'public-key', response, clientExtensionResults: {} }
  }

  #clientData(type: string, { challenge }: Ceremony, tampering: Tampering): Buffer {
    const said = { type, challenge: tampering.challenge ?? challenge, crossOrigin: false }
    return Buffer.from(JSON.stringify({ ...said, origin: tampering.origin ?? this.#origin }))
  }

  #authData(tampering: Tampering, more: number, credential: Buffer = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(tampering.counter ?? this.#counter++)
    const flags = PRESENT | (tampering.verified === false ? 0 : VERIFIED) | more
    const rpId = tampering.rpId ?? new URL(this.#origin).hostname
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), counter, credential])
  }

  /** An empty AAGUID, the id and the key in COSE's form (RFC 9053 §7.1.1). */
  #credential(): Buffer {
    const id = Buffer.from(this.id, 'base64url')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const { x, y } = this.#key.publicKey.export({ format: 'jwk' })
    const key = new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(String(x), 'base64url')],
      [-3, Buffer.from(String(y), 'base64url')],
    ])
    return Buffer.concat([Buffer.alloc(16), length, id, cbor(key)])
  }
}

function statement({ attested }: Tampering): Map<string, Cbor> {
  if (!attested) return new Map()
  return new Map<string, Cbor>([
    ['alg', -7],
    ['sig', randomBytes(64)],
    ['x5c', [attested.certificate]],
  ])
}

type Cbor = number | string | Buffer | readonly Cbor[] | Map<number | string, Cbor>

/** As much of RFC 8949 as a credential needs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)])
  if (!(value instanceof Map)) throw new Error('CBOR knows no such value')
  return Buffer.concat([head(5, value.size), ...[...value].flat().map((part) => cbor(part as Cbor))])
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count])
  return count < 256
    ? Buffer.from([(major << 5) | 24, count])
    : Buffer.from([(major << 5) | 25, count >> 8, count & 255])
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
