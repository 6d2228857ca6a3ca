import type { Transporter } from 'nodemailer'
import type { Config } from '../config/config.ts'
import type { Log } from '../lib/log.ts'
import type { Letter } from './letters.ts'

/** How long `close` waits for letters that are under way. */
const CLOSE_WAIT_MS = 5000
const SMTP_TIMEOUT_MS = 15_000

/**
 * Sends letters by the configured mail server. Without one, the link of a letter is written to the log, where the
 * operator can take it from; nothing else of it is.
 */
export class Mailer {
  readonly #log: Log
  readonly #from: string
  readonly #transport: Promise<Transporter> | undefined
  readonly #underWay = new Set<Promise<void>>()

  constructor({ smtp, brand, publicUrl }: Config, log: Log) {
    this.#log = log
    const host = publicUrl ? new URL(publicUrl).hostname : smtp.host
    this.#from = smtp.from ?? `${brand} <no-reply@${host}>`
    this.#transport = smtp.host === undefined ? undefined : openTransport(smtp)
  }

  /** Whether letters reach people; else the operator passes links on. */
  get delivers(): boolean {
    return this.#transport !== undefined
  }

  /** Returns at once: nobody waits for a mail server, and how long one took says nothing about who has an account. */
  send(letter: Letter): void {
    const { to, subject, text, kind, link } = letter
    if (!this.#transport) {
      this.#log.warn(
        { mail: kind, to, link },
        `no mail server is configured (smtp.host): pass this link on to ${to}`,
      )
      return
    }
    const message = {
      from: this.#from,
      to: { name: '', address: to },
      subject,
      text,
      disableFileAccess: true,
      disableUrlAccess: true,
    }
    const sent = this.#transport
      .then((transport) => transport.sendMail(message))
      .then(
        () => this.#log.info({ mail: kind, to }, 'mail sent'),
        (error: Error) => this.#log.error({ mail: kind, to, error: error.message }, 'mail could not be sent'),
      )
      .finally(() => this.#underWay.delete(sent))
    this.#underWay.add(sent)
  }

  /** Lets letters that are under way leave, for five seconds at most. */
  async close(): Promise<void> {
    const timer = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_WAIT_MS).unref())
    await Promise.race([Promise.all(this.#underWay), timer])
    void this.#transport?.then((transport) => transport.close())
  }
}

/** Where no mail server is configured, its package is not loaded. */
async function openTransport(smtp: Config['smtp']): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  return createTransport(transportOptions(smtp))
}

function transportOptions({ host, port, secure, insecure, user, password }: Config['smtp']) {
  return {
    host: host as string,
    port,
    secure,
    requireTLS: !secure && !insecure,
    connectionTimeout: SMTP_TIMEOUT_MS,
    greetingTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS,
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
  }
}
