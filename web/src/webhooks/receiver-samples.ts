/** Receivers that believe only what this secret has signed. */
export function receiverSamples(secret: string): Record<string, string> {
  return {
    TypeScript: `import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

const webhook = new Webhook('${secret}')
createServer(async (request, response) => {
  const body = await text(request)
  try {
    const event = webhook.verify(body, request.headers as Record<string, string>)
    response.writeHead(204).end()
    console.log(event) // answer first, work afterwards
  } catch {
    response.writeHead(400).end()
  }
}).listen(8080)`,
    Python: `from flask import Flask, request
from standardwebhooks import Webhook

app = Flask(__name__)
webhook = Webhook("${secret}")

@app.post("/webhook")
def receive():
    try:
        event = webhook.verify(request.get_data(as_text=True), request.headers)
    except Exception:
        return "", 400
    print(event)  # answer first, work afterwards
    return "", 204`,
    'OpenAI SDK': `import OpenAI from 'openai'

const ai = new OpenAI({ apiKey: process.env.API_KEY, webhookSecret: '${secret}' })
// body: the raw text of the request, not what was parsed from it
const event = await ai.webhooks.unwrap(body, request.headers)`,
  }
}
