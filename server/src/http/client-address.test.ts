import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { clientAddress } from './client-address.ts'

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

const PROXIES = ['10.0.0.0/8', '::1']

describe('the address of a client', () => {
  it.each([
    ['no proxy is trusted: it is the connection’s', '10.0.0.1', '192.0.2.7', [], '10.0.0.1'],
    ['nobody forwarded it', '10.0.0.1', undefined, PROXIES, '10.0.0.1'],
    [
      'the connection is no trusted proxy’s, whatever it says',
      '192.0.2.1',
      '192.0.2.7',
      PROXIES,
      '192.0.2.1',
    ],
    ['a trusted proxy names it', '10.0.0.1', '192.0.2.7', PROXIES, '192.0.2.7'],
    ['several do, each the one before it', '::1', '192.0.2.7, 10.9.9.9,10.0.0.2', PROXIES, '192.0.2.7'],
    [
      'what an untrusted hop wrote counts for nothing',
      '10.0.0.1',
      '10.1.1.1, 192.0.2.7',
      PROXIES,
      '192.0.2.7',
    ],
    ['the connection’s address is mapped into IPv6', '::ffff:10.0.0.1', '192.0.2.7', PROXIES, '192.0.2.7'],
    ['a proxy names something that is no address', '10.0.0.1', '192.0.2.7, unknown', PROXIES, 'unknown'],
    ['there are empty places', '10.0.0.1', ' , 192.0.2.7 ,', PROXIES, '192.0.2.7'],
  ])('is right when %s', (_, remote, forwarded, proxies, expected) => {
    expect(clientAddress(request(remote, forwarded), proxies)).toBe(expected)
  })
})
