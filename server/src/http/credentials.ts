/** What a request shows of its caller. */
export interface Credentials {
  readonly method: string
  /** Names and values in turn, as they came; Node's own map silently keeps the first of two `Authorization` headers. */
  readonly rawHeaders: readonly string[]
  readonly url: string
  readonly address: string
}
