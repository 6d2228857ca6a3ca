const FENCE = /^```(\S*) ?(.*)$/
const FILE_NAME = /^(?:#|\/\/|--) ([\w./-]+\.[\w]+)\s*$/
const NOTE = /^<!-- (stop|needs): (.+?) -->$/

/**
 * Reads what a guide asks its reader to do, in order:
 *
 * - ```` ```sh ```` is run. After it may stand `server` or `server=<name>` (it stays in the foreground, so the reader
 *   goes on in another terminal), `fails` (the last command is to fail), `needs=<command>`, `skip="<why>"`, or
 *   `fresh="<why>"` where only a run with --fresh takes it.
 * - ```` ```text ```` or ```` ```json ```` right behind it is what the reader should see, with
 *   `server=<name>` in the terminal of that server.
 * - A block whose first line is a comment with nothing but a file's name is saved under that name.
 * - `<!-- stop: <name> -->` stands beside the sentence that says to stop it; `<!-- needs: PostgreSQL -->` is for the
 *   whole guide.
 *
 * @returns {{ needs: string[], steps: object[] }}
 * @throws Error for an expectation that follows no command
 */
export function readSteps(markdown, path) {
  const needs = []
  const steps = []
  let last
  for (const { line, number, block } of pieces(markdown)) {
    const [, what, value] = NOTE.exec(line) ?? []
    if (what === 'needs') needs.push(value)
    if (what === 'stop') steps.push({ kind: 'stop', name: value, line: number })
    if (!block) continue
    const [, language, words] = FENCE.exec(line)
    const options = readOptions(words)
    const [, file] = FILE_NAME.exec(block[0] ?? '') ?? []
    if (language === 'sh') {
      last = { kind: 'run', text: block.join('\n'), line: number, ...options }
      steps.push(last)
    } else if (file) steps.push({ kind: 'write', file, text: `${block.join('\n')}\n`, line: number })
    else if (options.skip) continue
    else if (options.server && language === 'text')
      steps.push({
        kind: 'see',
        name: options.server,
        expected: { language, text: block.join('\n') },
        line: number,
      })
    else if (language === 'text' || language === 'json') {
      if (!last || last.expected) throw new Error(`${path}:${number}: no command stands before this output`)
      last.expected = { language, text: block.join('\n') }
    }
  }
  for (const step of steps) {
    if (step.server && !step.expected && !step.skip)
      throw new Error(`${path}:${step.line}: say what a reader sees when the server is ready`)
  }
  return { needs, steps }
}

function* pieces(markdown) {
  const lines = markdown.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at].trim()
    if (!line.startsWith('```')) {
      yield { line, number: at + 1 }
      continue
    }
    const number = at + 1
    const indent = lines[at].length - lines[at].trimStart().length
    const block = []
    for (at++; at < lines.length && lines[at].trim() !== '```'; at++) block.push(lines[at].slice(indent))
    yield { line, number, block }
  }
}

function readOptions(words) {
  const options = {}
  for (const [, name, quoted, bare] of words.matchAll(/(\w+)(?:=(?:"([^"]*)"|(\S+)))?/g)) {
    const value = quoted ?? bare
    if (name === 'server') options.server = value ?? 'server'
    else options[name] = value ?? true
  }
  return options
}

/** What is missing of an expected output, as a sentence; undefined when all is there. `…` stands for anything. */
export function whatIsMissing({ language, text }, output) {
  return language === 'json' ? missingInJson(text, output) : missingLine(text, output)
}

function missingLine(text, output) {
  const lines = output.split('\n').map(squeeze)
  let at = 0
  for (const wanted of text.split('\n').map(squeeze)) {
    if (wanted === '' || wanted === '…') continue
    const pattern = new RegExp(`^${wanted.split('…').map(literal).join('.*')}$`)
    while (at < lines.length && !pattern.test(lines[at])) at++
    if (at++ >= lines.length) return `this line did not come: ${wanted}`
  }
  return undefined
}

/** Tables are as wide as their widest cell. */
function squeeze(line) {
  return line.trim().replace(/\s+/g, ' ')
}

function literal(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function missingInJson(text, output) {
  const start = output.search(/[{[]/)
  try {
    return difference(JSON.parse(text), JSON.parse(output.slice(start)), 'the answer')
  } catch (error) {
    return `no JSON that can be compared came (${error.message})`
  }
}

function difference(wanted, is, place) {
  if (typeof wanted === 'string' && typeof is === 'string') {
    const pattern = new RegExp(`^${wanted.split('…').map(literal).join('[^]*')}$`)
    return pattern.test(is) ? undefined : `${place} is ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`
  }
  if (wanted === '…') return is === undefined ? `${place} is missing` : undefined
  if (wanted === null || typeof wanted !== 'object')
    return wanted === is ? undefined : `${place} is ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`
  if (is === null || typeof is !== 'object') return `${place} is ${JSON.stringify(is)}`
  for (const [key, value] of Object.entries(wanted)) {
    const found = difference(value, is[key], `${place}.${key}`)
    if (found) return found
  }
  return undefined
}
