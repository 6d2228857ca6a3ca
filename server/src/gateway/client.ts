/** The client's end of a model request, as the gateway sees it; `http/` implements it over the socket. */
export interface Client {
  /** Whether the client has left. */
  readonly gone: boolean
  /** Whether an answer has begun; from then on its status cannot change. */
  readonly begun: boolean
  begin(status: number, headers: Readonly<Record<string, string>>): void
  /** False when the client reads too slowly: write no more until `writable` calls back. */
  write(chunk: Buffer): boolean
  writable(resume: () => void): void
  /** Ends the answer, with a last chunk. */
  end(chunk?: Buffer): void
  /** Calls back once if the client leaves before the answer has ended. */
  onGone(left: () => void): void
}
