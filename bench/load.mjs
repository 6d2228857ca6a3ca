// The load, a process of its own so that its CPU time is nobody's. Takes jobs over IPC from run.mjs:
//   {kind: 'load', port, request, stream, minBytes, connections, warmSeconds, seconds, pid, databasePid}
//   {kind: 'first-byte', targets: [{name, port, request}], rounds, warmRounds}
//   {kind: 'probe', port, request}: one request, with the whole answer
// Every answer is checked: status 200, all bytes there, the right end.

import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from './lib/http-client.mjs'
import { cpuSeconds, residentMegabytes } from './lib/machine.mjs'
import { median, quantile } from './lib/stats.mjs'

const STREAM_END = 'data: [DONE]\n\n'

function faultOf(error, answer, job) {
  if (error) return error.message
  if (answer.status !== 200) return `status ${answer.status}`
  if (answer.bytes < job.minBytes) return 'answer too short'
  if (job.stream && !answer.tail.endsWith(STREAM_END)) return 'stream without its end'
  if (!job.stream && !answer.tail.trimEnd().endsWith('}')) return 'answer without its end'
  return undefined
}

/** Keeps all connections busy until `seconds` have passed, then waits for the last answers. */
function drive(connections, job, seconds) {
  const result = { answers: 0, errors: {}, latencies: [], firstBytes: [] }
  const started = performance.now()
  const until = started + seconds * 1000
  let running = connections.length
  return new Promise((resolve) => {
    const stop = () => {
      running--
      if (running === 0) resolve({ ...result, seconds: (performance.now() - started) / 1000 })
    }
    const again = (index) => {
      if (performance.now() >= until) return stop()
      if (!connections[index].open) connections[index] = new Connection(job.port)
      connections[index].send(job.bytes, (error, answer) => {
        const fault = faultOf(error, answer, job)
        if (fault) result.errors[fault] = (result.errors[fault] ?? 0) + 1
        if (!error && answer.status === 200) result.answers++
        if (!fault) {
          result.latencies.push(performance.now() - answer.started)
          result.firstBytes.push(answer.firstByte - answer.started)
        }
        again(index)
      })
    }
    for (let index = 0; index < connections.length; index++) again(index)
  })
}

async function load(job) {
  job.bytes = Buffer.from(job.request, 'latin1')
  const connections = Array.from({ length: job.connections }, () => new Connection(job.port))
  const warm = await drive(connections, job, job.warmSeconds)
  // CPU time is read while the target is idle, before and after: work that it puts off (batches, logs, garbage)
  // then counts for the answers that caused it.
  await sleep(100)
  const before = { gateway: cpuSeconds(job.pid), database: cpuSeconds(job.databasePid) }
  const run = await drive(connections, job, job.seconds)
  await sleep(250)
  const after = { gateway: cpuSeconds(job.pid), database: cpuSeconds(job.databasePid) }
  for (const connection of connections) connection.close()
  const perAnswer = (from, to) => (to === undefined ? undefined : ((to - from) * 1e6) / run.answers)
  return {
    answers: run.answers,
    allAnswers: warm.answers + run.answers,
    errors: addErrors(warm.errors, run.errors),
    perSecond: run.answers / run.seconds,
    cpuMicros: perAnswer(before.gateway, after.gateway),
    databaseCpuMicros: perAnswer(before.database, after.database),
    cores: after.gateway === undefined ? undefined : (after.gateway - before.gateway) / run.seconds,
    p50: quantile(run.latencies, 0.5),
    p99: quantile(run.latencies, 0.99),
    firstByteP50: quantile(run.firstBytes, 0.5),
    memoryMb: residentMegabytes(job.pid),
  }
}

function addErrors(one, two) {
  const sum = { ...one }
  for (const [fault, count] of Object.entries(two)) sum[fault] = (sum[fault] ?? 0) + count
  return sum
}

const once = (connection, request, keep) =>
  new Promise((resolve, reject) => {
    connection.send(request, (error, answer) => (error ? reject(error) : resolve(answer)), keep)
  })

// One request at a time, the targets in turn, so that a disturbance of the machine hits all of them.
async function firstByte(job) {
  const targets = job.targets.map((target) => ({
    name: target.name,
    bytes: Buffer.from(target.request, 'latin1'),
    connection: new Connection(target.port),
    times: [],
    answers: 0,
    errors: {},
  }))
  for (let round = 0; round < job.warmRounds + job.rounds; round++) {
    for (let turn = 0; turn < targets.length; turn++) {
      const target = targets[(turn + round) % targets.length]
      const answer = await once(target.connection, target.bytes, false)
      const fault = faultOf(undefined, answer, { stream: true, minBytes: 1 })
      if (fault) target.errors[fault] = (target.errors[fault] ?? 0) + 1
      if (answer.status === 200) target.answers++
      if (round >= job.warmRounds) target.times.push(answer.firstByte - answer.started)
    }
  }
  return targets.map(({ name, connection, times, answers, errors }) => {
    connection.close()
    return {
      name,
      answers,
      errors,
      median: median(times),
      p90: quantile(times, 0.9),
      p10: quantile(times, 0.1),
    }
  })
}

async function probe(job) {
  const connection = new Connection(job.port)
  try {
    return await once(connection, Buffer.from(job.request, 'latin1'), true)
  } finally {
    connection.close()
  }
}

const kinds = { load, 'first-byte': firstByte, probe }

process.on('message', async (job) => {
  try {
    process.send({ result: await kinds[job.kind](job) })
  } catch (error) {
    process.send({ error: error.message })
  }
})
// Sockets to targets that have ended must not keep this process alive after its parent.
process.on('disconnect', () => process.exit())
