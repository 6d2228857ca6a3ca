// An S3 server for the tests: the Versity gateway over a directory, of the Go module proxy, at one pinned version.
// "node scripts/s3.mjs fetch" builds it into the cache, which needs Go; a test that needs it starts it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const VERSION = 'v1.8.0'
const MODULE = `github.com/versity/versitygw/cmd/versitygw@${VERSION}`

const cache = () => join(homedir(), '.cache', 'claviger')
const cached = () => join(cache(), `versitygw-${VERSION}`)

/** The program that `S3_SERVER` names or the cache holds, or why there is none. */
export function findS3() {
  const program = process.env.S3_SERVER || cached()
  if (existsSync(program)) return { program }
  return { missing: process.env.S3_SERVER ? 'S3_SERVER names no file' : 'the S3 server was not found' }
}

/** Builds the pinned version into the cache. Does nothing when it is there. */
function fetchS3() {
  const program = cached()
  if (existsSync(program)) return program
  mkdirSync(cache(), { recursive: true })
  const folder = mkdtempSync(join(cache(), 'build-'))
  try {
    const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '-trimpath -ldflags=-s' }
    execFileSync('go', ['install', MODULE], { env, stdio: 'inherit' })
    renameSync(join(folder, 'versitygw'), program)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return program
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'fetch') console.log(`S3 server ${VERSION}: ${fetchS3()}`)
  else {
    console.error('Usage: node scripts/s3.mjs fetch')
    process.exitCode = 2
  }
}
