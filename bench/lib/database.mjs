// PostgreSQL for the second Claviger target: the server that BENCH_DATABASE_URL names, else a cluster of our own from
// the PostgreSQL that is installed here, else none.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findPostgres, startPostgres } from '../../scripts/postgres.mjs'
import { pinning } from './machine.mjs'

/** A fresh, empty database, or undefined where there is no PostgreSQL. `stop` removes it. */
export async function openDatabase() {
  const given = process.env.BENCH_DATABASE_URL
  if (given) return freshDatabase(given)
  const binaries = findPostgres()
  if (!binaries) return undefined
  const cluster = await startPostgres(binaries)
  return {
    url: cluster.url,
    stop: cluster.stop,
    pid: await pinCluster(cluster.url),
    version: await versionOf(cluster.url),
  }
}

async function query(url, sql) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows[0]
  } finally {
    await client.end()
  }
}

const versionOf = async (url) => (await query(url, 'SHOW server_version')).server_version

async function freshDatabase(given) {
  const name = `claviger_bench_${randomBytes(4).toString('hex')}`
  await query(given, `CREATE DATABASE ${name}`)
  const url = new URL(given)
  url.pathname = `/${name}`
  const stop = () => query(given, `DROP DATABASE ${name} WITH (FORCE)`)
  return { url: url.href, stop, version: await versionOf(given) }
}

// Our own cluster shares the core of the load, so that the gateway's core is the gateway's alone. Backends inherit the
// postmaster's cores; its helpers run already and are moved one by one.
async function pinCluster(url) {
  const folder = (await query(url, 'SHOW data_directory')).data_directory
  const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  if (!pinning) return pid
  const helpers = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  for (const id of [pid, ...helpers]) spawnSync('taskset', ['-cp', pinning.others, String(id)])
  return pid
}
