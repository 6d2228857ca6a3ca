/** Not sent, or not connected: the address is one that users may not send the server to. Public text. */
export class OutboundRefused extends Error {
  readonly reason: 'url' | 'address'

  constructor(reason: OutboundRefused['reason'], message: string) {
    super(message)
    this.name = 'OutboundRefused'
    this.reason = reason
  }
}

/** No answer came that could be used. Public text. */
export class OutboundFailed extends Error {
  readonly kind: 'name' | 'connect' | 'tls' | 'timeout' | 'broken' | 'redirect'
  /** The status, where one came. */
  readonly status: number | undefined

  constructor(kind: OutboundFailed['kind'], message: string, status?: number) {
    super(message)
    this.name = 'OutboundFailed'
    this.kind = kind
    this.status = status
  }
}
