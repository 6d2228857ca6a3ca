// Stands in for Mistral, vLLM and Ollama where a guide is run: OpenAI's wire format on loopback, and nothing else.
import { createServer } from 'node:http'

const TEXT = 'Hello from the stand-in.'
const USAGE = { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18 }
const MODELS = ['mistral-small-latest', 'mistral-large-latest', 'Qwen/Qwen3-8B', 'llama3.2']

/** @returns {Promise<{ url: string, close(): void }>} with `/v1` at the end of its address */
export async function startProvider() {
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}')
    const json = (status, answer) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    if (request.url === '/v1/models') {
      json(200, { object: 'list', data: MODELS.map((id) => ({ id, object: 'model' })) })
    } else if (request.url === '/v1/embeddings') {
      const data = [{ object: 'embedding', index: 0, embedding: [0.25, -0.5] }]
      json(200, { object: 'list', data, model: body.model, usage: { prompt_tokens: 3, total_tokens: 3 } })
    } else if (request.url !== '/v1/chat/completions') {
      json(404, { error: { message: `There is no ${request.url}`, type: 'invalid_request_error' } })
    } else if (!MODELS.includes(body.model)) {
      json(404, { error: { message: `There is no model ${body.model}`, type: 'invalid_request_error' } })
    } else if (body.stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const event of events(body)) response.write(`data: ${event}\n\n`)
      response.end()
    } else {
      const choices = [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }]
      json(200, { ...head(body, 'chat.completion'), choices, usage: USAGE })
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}/v1`, close: () => server.close() }
}

function head({ model }, object) {
  return { id: 'chatcmpl-1', object, created: Math.floor(Date.now() / 1000), model }
}

function* events(body) {
  const chunk = (delta, finish_reason = null) =>
    JSON.stringify({ ...head(body, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason }] })
  yield chunk({ role: 'assistant', content: '' })
  for (const word of TEXT.split(/(?<= )/)) yield chunk({ content: word })
  yield chunk({}, 'stop')
  if (body.stream_options?.include_usage)
    yield JSON.stringify({ ...head(body, 'chat.completion.chunk'), choices: [], usage: USAGE })
  yield '[DONE]'
}
