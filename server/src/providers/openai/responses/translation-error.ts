/** A request that cannot be said in Chat Completions. The text is public and tells the caller what to do. */
export class TranslationError extends Error {
  override readonly name = 'TranslationError'
  /** The field at fault, as a path into the body (`input[2].content[0].file_id`). */
  readonly param: string

  constructor(message: string, param: string) {
    super(message)
    this.param = param
  }
}
