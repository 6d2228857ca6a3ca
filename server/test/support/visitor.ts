import { createAuthClient } from 'better-auth/client'
import { organizationClient, twoFactorClient } from 'better-auth/client/plugins'

/** A browser without a window: it keeps cookies, says where its requests come from, and follows no redirect. */
export class Visitor {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()

  constructor(origin: string, cookies: ReadonlyMap<string, string> = new Map()) {
    this.#origin = origin
    for (const [name, value] of cookies) this.#cookies.set(name, value)
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies
  }

  get(path: string, more: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { headers: more })
  }

  /** For a client library that takes a `fetch`: as a page of the server would have it. */
  fetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const headers = { origin: this.#origin, ...Object.fromEntries(new Headers(init.headers)) }
    return this.#send(String(input), { ...init, headers })
  }

  post(path: string, body: unknown, more: Record<string, string> = {}): Promise<Response> {
    const headers = {
      origin: this.#origin,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/json',
      ...more,
    }
    return this.#send(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  async #send(path: string, { headers, ...rest }: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(new URL(path, this.#origin), {
      redirect: 'manual',
      headers: { ...(cookie && { cookie }), ...(headers as Record<string, string>) },
      ...rest,
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return response
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/)
    const name = pair.slice(0, pair.indexOf('='))
    const isOver = attributes.some((attribute) => /^max-age=0$/i.test(attribute))
    if (isOver) this.#cookies.delete(name)
    else this.#cookies.set(name, pair.slice(name.length + 1))
  }
}

/** The sign-in library's own client, as a page of the server would use it. */
export function browser(url: string) {
  const visitor = new Visitor(url)
  const client = createAuthClient({
    baseURL: url,
    plugins: [organizationClient(), twoFactorClient()],
    fetchOptions: { customFetchImpl: (input, init) => visitor.fetch(input, init) },
  })
  return { visitor, client }
}

/** What a call of that client was refused with; nothing where it was not. */
export async function fault<T>(call: Promise<{ data: T; error: unknown }>) {
  return ((await call).error ?? {}) as { status?: number; code?: string; message?: string }
}

/** What such a call answered. @throws Error with the refusal */
export async function good<T>(call: Promise<{ data: T | null; error: unknown }>): Promise<T> {
  const { data, error } = await call
  if (error) throw new Error(JSON.stringify(error))
  return data as T
}
