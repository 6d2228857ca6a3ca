// The lists' figures for people.

const ms = (value) => value.toFixed(0)

/** @param result as it stands in the JSON */
export function listsToMarkdown({ date, machine, size, coldSamples, limitMs, slow, databases }) {
  const sizes = Object.entries(size).map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
  const text = [
    '# Lists',
    '',
    `${date}, ${machine.cpu}, ${machine.cores} cores, load ${machine.loadBefore.toFixed(1)}. ${sizes.join(', ')}.`,
    '',
    `Milliseconds of an HTTP request, one at a time. Cold: ${coldSamples} times each, the first request for the list in a server that has just started, the kernel's cache of the database's files dropped before${databases.some(({ kind }) => kind === 'postgres') ? ' and PostgreSQL restarted' : ''}. Warm: those that follow, each for something else. Partial: the answer tells how far it looked, and that it goes on.`,
    '',
    'CPU is that of the client, the server and PostgreSQL together; waited is how long their threads stood in line for a core that others had. Where it is not small the figures say more of the others than of the list.',
    '',
    slow.length === 0 ? `All lists stay under ${limitMs} ms.` : `Above ${limitMs} ms: ${slow.join('; ')}.`,
    '',
  ]
  for (const { kind, filled, results } of databases) {
    text.push(
      `## ${kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`,
      '',
      filled.bytes
        ? `Filled in ${filled.seconds} s, ${(filled.bytes / 1e9).toFixed(1)} GB.`
        : 'Filled before.',
      '',
      '| List | cold p50 | cold p99 | cold max | cold CPU | cold waited | warm p50 | warm p99 | rows | partial |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    )
    for (const { name, cold, warm, rows, partial, samples } of results) {
      const cells = [cold.p50, cold.p99, cold.max, cold.cpu.p50, cold.waited.p50, warm.p50, warm.p99].map(ms)
      text.push(`| ${name} | ${cells.join(' | ')} | ${rows} | ${partial ? `${partial} of ${samples}` : ''} |`)
    }
    text.push('')
  }
  return `${text.join('\n')}\n`
}
