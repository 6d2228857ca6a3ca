import { describe, expect, it } from 'vitest'
import { AppError, CATALOGUE, type CatalogueEntry, cleanText } from './errors.ts'

const ENTRIES = Object.entries(CATALOGUE) as [string, CatalogueEntry][]

describe('the catalogue of errors', () => {
  it.each(ENTRIES)('%s is whole: a status, a public text, and a name on every surface', (code, entry) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)+$/)
    expect(entry.status).toBeGreaterThanOrEqual(400)
    expect(entry.status).toBeLessThan(600)
    expect(entry.message).toMatch(/^[A-Z].*\S$/)
    expect(entry.envelope).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
    expect(entry.type).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(entry.routerType).toMatch(/^[a-z]+(_[a-z]+)*$/)
  })

  it('tells by the status whose turn it is: the key’s holder, the caller, the provider or us', () => {
    for (const [code, { status, type, envelope }] of ENTRIES) {
      if (status === 401)
        expect([code, type, envelope]).toEqual([code, 'authentication_error', 'UNAUTHORIZED'])
      if (status === 403) expect([code, type, envelope]).toEqual([code, 'permission_error', 'FORBIDDEN'])
      if (code.startsWith('upstream_'))
        expect([code, [401, 402, 403, 404].includes(status)]).toEqual([code, false])
      if (status === 503) expect([code, envelope]).toEqual([code, 'SERVICE_UNAVAILABLE'])
    }
    expect(CATALOGUE.store_unavailable.status).toBe(503)
  })

  it('has no two errors that cannot be told apart by their code and text', () => {
    const keys = ENTRIES.filter(([, { status }]) => status === 401).map(([, { message }]) => message)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('an error of the catalogue', () => {
  it('has the catalogue’s text and status unless it brings its own', () => {
    expect(new AppError('not_found')).toMatchObject({ message: 'Not found', status: 404, code: 'not_found' })
    expect(new AppError('upstream_rejected', { message: 'No', status: 422 })).toMatchObject({
      message: 'No',
      status: 422,
    })
  })

  it('keeps its cause for the log and out of its text', () => {
    const cause = new Error('password=sesame')
    const error = new AppError('internal_error', { cause })
    expect(error.cause).toBe(cause)
    expect(error.message).toBe('Internal error')
  })
})

describe('a text that is to be stored', () => {
  it('is tidied, or refused with the name of its field', () => {
    expect(cleanText('  a\u0301 ', 'name', 5)).toBe('\u00e1')
    const refusal = (text: string) => {
      try {
        return cleanText(text, 'name', 5)
      } catch (error) {
        return error
      }
    }
    expect(refusal('sixsix')).toMatchObject({
      code: 'invalid_request',
      details: { param: 'name' },
      message: 'name must have at most 5 characters',
    })
    expect(refusal('a\u0000')).toMatchObject({ message: 'name must not contain control characters' })
    expect(refusal(' ')).toMatchObject({ message: 'name must not be empty' })
  })
})
