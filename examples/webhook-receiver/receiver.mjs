// A receiver of Claviger's webhooks. Plain Node, no dependencies:
//
//   WEBHOOK_SECRET=whsec_… PORT=3000 node receiver.mjs
//
// While a secret is being rotated, give both, divided by a comma.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const TOLERANCE_SECONDS = 300
const BODY_BYTES = 1_000_000

/**
 * Whether a delivery comes from somebody who knows the secret, and was sent within the last five minutes.
 *
 * @param secret `whsec_…`
 * @param headers with names in small letters, as Node has them
 * @param body exactly as it came: do not parse it first
 */
export function isGenuine(secret, headers, body, now = Date.now()) {
  const key = Buffer.from(String(secret).replace(/^whsec_/, ''), 'base64')
  // An empty secret would sign anything.
  if (key.length < 24) throw new Error('The webhook secret is missing or too short')
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signatures = headers['webhook-signature']
  if (!id || !/^\d+$/.test(timestamp ?? '') || !signatures) return false
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  return signatures.split(' ').some((signature) => {
    const [version, text = ''] = signature.split(',')
    const given = Buffer.from(text, 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
}

const secrets = (process.env.WEBHOOK_SECRET ?? '').split(',')
/** A delivery comes at least once: keep the ids in your database, with a unique index, and act in that transaction. */
const seen = new Set()

const server = createServer((request, response) => {
  const chunks = []
  let size = 0
  request.on('data', (chunk) => {
    size += chunk.length
    if (size > BODY_BYTES) request.destroy()
    else chunks.push(chunk)
  })
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    if (!secrets.some((secret) => isGenuine(secret, request.headers, body))) {
      response.writeHead(401).end('not genuine\n')
      return
    }
    const id = request.headers['webhook-id']
    if (seen.has(id)) {
      // Already dealt with: say yes, so that it does not come again, and do nothing.
      response.end('known\n')
      return
    }
    seen.add(id)
    const { event, ...data } = JSON.parse(body.toString())
    console.log(JSON.stringify({ event, ...data }))
    // Answer within 15 seconds; do what takes longer afterwards.
    response.end('taken\n')
  })
})

for (const secret of secrets) isGenuine(secret, {}, '')
server.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', () => {
  console.log(`listening on ${server.address().port}`)
})
