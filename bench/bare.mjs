// The bare pass-through that the promises on speed are measured against: Node's own HTTP server in front, undici's
// Pool.dispatch behind, and nothing else. No key, no budget, no log, no look into the body. It is meant to be as
// lean as a correct proxy in Node can be: what it does (back-pressure, aborts, errors, hop-by-hop headers) no gateway
// can leave out, and what it leaves out is what a gateway adds.
//
//   node bare.mjs --upstream http://127.0.0.1:9000 [--port 8080]

import http from 'node:http'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'

// RFC 9110, 7.6.1: these belong to one connection and are never forwarded. `expect` was answered by node:http, and
// `host` is the upstream's own.
const hopByHop = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const { values: options } = parseArgs({
  options: { upstream: { type: 'string' }, port: { type: 'string', default: '0' } },
})

const pool = new Pool(options.upstream, { connections: 256 })

/** Carries one answer from the upstream to the client. */
class Answer {
  constructor(res) {
    this.res = res
    this.controller = undefined
    this.resume = undefined
    // A client that leaves takes the upstream request with it. After a complete answer this is a no-op.
    res.on('close', () => {
      if (!res.writableFinished) this.controller?.abort(new Error('the client has left'))
    })
  }

  onRequestStart(controller) {
    this.controller = controller
    // The client may have left while the request waited for a connection.
    if (this.res.destroyed) controller.abort(new Error('the client has left'))
  }

  onResponseStart(_controller, status, headers) {
    // Informational answers (100, 103) are not the answer.
    if (status < 200) return
    for (const name in headers) {
      if (hopByHop.has(name)) delete headers[name]
    }
    this.res.writeHead(status, headers)
  }

  onResponseData(controller, chunk) {
    if (this.res.write(chunk)) return
    controller.pause()
    this.resume ??= () => controller.resume()
    this.res.once('drain', this.resume)
  }

  onResponseEnd() {
    this.res.end()
  }

  onResponseError(_controller, error) {
    if (this.res.destroyed) return
    // Half an answer cannot be taken back: cutting the connection is the only honest sign of a failure.
    if (this.res.headersSent) this.res.destroy()
    else this.res.writeHead(502, { 'content-type': 'text/plain' }).end(`upstream failed: ${error.message}\n`)
  }
}

function endToEnd(rawHeaders) {
  const headers = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!hopByHop.has(rawHeaders[i].toLowerCase())) headers.push(rawHeaders[i], rawHeaders[i + 1])
  }
  return headers
}

function forward(req, res, chunks) {
  const body = chunks.length === 1 ? chunks[0] : chunks.length === 0 ? null : Buffer.concat(chunks)
  const answer = new Answer(res)
  try {
    pool.dispatch({ method: req.method, path: req.url, headers: endToEnd(req.rawHeaders), body }, answer)
  } catch (error) {
    // undici refuses some requests that node:http lets in (odd header values) by throwing.
    answer.onResponseError(undefined, error)
  }
}

// A request is collected before it is sent on: prompts come in one or two packets, and handing undici one buffer
// costs a quarter less CPU than handing it a stream.
const server = http.createServer({ keepAliveTimeout: 65_000 }, (req, res) => {
  const chunks = []
  req.on('data', (chunk) => chunks.push(chunk))
  req.on('end', () => forward(req, res, chunks))
  req.on('error', () => res.destroy())
})

server.listen(Number(options.port), '127.0.0.1', () => {
  const { port } = server.address()
  if (process.send) process.send({ port })
  else console.log(`bare pass-through: http://127.0.0.1:${port} -> ${options.upstream}`)
})
