import { APIError } from 'better-auth/api'
import { AppError } from '../errors.ts'

/** Turns our refusals into the form that the library passes on to the client; its own text for others is 500. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.status < 500)
      throw new APIError(error.status as never, { code: error.code, message: error.message })
    throw error
  }
}
