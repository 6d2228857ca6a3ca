import { type ChangeEvent, useState } from 'react'
import { ApiError } from '../api.ts'

type Given<V> = V | null | ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>

/**
 * The fields of a form: `<TextInput label="Name" {...field('name')} />`, `<Switch {...check('archived')} />`.
 *
 * @param error of the last attempt: what the server said about a field appears at that field
 */
export function useFields<T extends object>(initial: T, error?: unknown) {
  const [values, setValues] = useState(initial)
  const set = (changes: Partial<T>) => setValues((old) => ({ ...old, ...changes }))
  const faultOf = (name: keyof T) =>
    error instanceof ApiError && error.param === name ? inWords(error.message) : undefined
  return {
    values,
    set,
    field: <K extends keyof T & string>(name: K) => ({
      name,
      value: values[name],
      error: faultOf(name),
      onChange: (given: Given<T[K]>) => set({ [name]: plainValue(given) } as unknown as Partial<T>),
    }),
    check: <K extends keyof T & string>(name: K) => ({
      name,
      checked: Boolean(values[name]),
      onChange: (event: ChangeEvent<HTMLInputElement>) =>
        set({ [name]: event.currentTarget.checked } as unknown as Partial<T>),
    }),
  }
}

/** A pattern is for programs; what it asks for stands in the field's description or its example. */
function inWords(message: string): string {
  return / must match pattern /.test(message) ? 'This does not have the form that is asked for here' : message
}

function plainValue(given: unknown): unknown {
  const event = given as ChangeEvent<HTMLInputElement> | null
  return event !== null && typeof event === 'object' && 'currentTarget' in event
    ? event.currentTarget.value
    : given
}
