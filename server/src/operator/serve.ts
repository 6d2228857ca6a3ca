import { setFlagsFromString } from 'node:v8'
import { AuditHeads } from '../audit/audit-heads.ts'
import { type Config, ConfigError } from '../config/config.ts'
import { ENVIRONMENT } from '../config/environment.ts'
import { loadSecrets } from '../config/secrets.ts'
import { VERSION } from '../config/version.ts'
import type { Deps } from '../deps.ts'
import { createDeps, openStore } from '../infrastructure.ts'
import { createLog } from '../lib/log.ts'
import { listPlans } from '../limits/plans.ts'
import { firstAdminPath, firstKey } from './first-start.ts'
import { type Flags, readConfig } from './open.ts'

/** A service manager signals the launcher and the server alike, and the launcher passes on what it got: one wish, twice. */
const SAME_WISH_MS = 1000

/**
 * `claviger serve`: serves until SIGTERM or SIGINT, then drains. With `--first-key`, as `npm start` calls it, the first
 * start on an empty database makes a key and shows it on the terminal.
 */
export async function serve(flags: Flags): Promise<void> {
  // V8 would make objects of a request old from the start where many of its like lived long once. Those keep all that
  // they point to from being freed young, and a request under load cost a tenth more.
  setFlagsFromString('--no-allocation-site-pretenuring')
  const config = readConfig(flags)
  const talks = flags['first-key'] === true
  // `npm start` talks to a person; log lines are for a service.
  const log = createLog(talks && config.log.level === 'info' ? 'warn' : config.log.level)
  const secrets = loadSecrets(config, ENVIRONMENT)
  // The database's thread starts while this one loads the server.
  const [store, { createApp, urlOf }] = await Promise.all([openStore(config, log), import('../app.ts')])
  const deps = await createDeps(config, secrets, store, log)
  await requireDefaultPlan(deps)
  const app = await createApp(deps)
  const secret = talks ? await firstKey(deps) : undefined
  const setup = await firstAdminPath(deps, ENVIRONMENT)
  const address = await app.listen()
  const url = urlOf(config, address)
  log.info(
    { url, version: VERSION, database: store.kind, environment: config.environment },
    'claviger serves',
  )
  const heads = new AuditHeads(deps)
  heads.start()
  const setupLink = setup && `${url}${setup}`
  if (talks) process.stdout.write(welcome(url, secret, setupLink, config))
  else if (setupLink)
    log.warn({ link: setupLink }, 'nobody can administer this server yet: open this link within 24 hours')
  let stoppingSince: number | undefined
  const stop = (signal: string): void => {
    if (stoppingSince !== undefined) {
      // A second signal says that somebody does not want to wait.
      if (performance.now() - stoppingSince > SAME_WISH_MS) process.exit(1)
      return
    }
    stoppingSince = performance.now()
    log.info({ signal }, 'claviger stops: running requests may end')
    const closed = heads.stop().then(() => app.close())
    closed.then(
      () => process.exit(0),
      (error: Error) => {
        log.fatal({ error: error.message }, 'claviger did not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
}

/** Without its plan nobody would be limited. @throws ConfigError */
async function requireDefaultPlan(deps: Deps): Promise<void> {
  const { default: wanted } = deps.config.plans
  if (wanted === undefined) return
  const plans = await listPlans(deps)
  if (plans.some(({ id }) => id === wanted)) return
  const known = plans.map(({ id }) => id).join(', ')
  await deps.store.close()
  throw new ConfigError([
    `plans.default: there is no plan "${wanted}"; name one of ${known}, or make it with \`claviger admin plans set\``,
  ])
}

function welcome(
  url: string,
  secret: string | undefined,
  setupLink: string | undefined,
  config: Config,
): string {
  const lines = [
    '',
    `  ${config.brand} serves at ${url}`,
    '',
    `  Dashboard      ${url}/`,
    ...(config.surfaces.docs ? [`  API reference  ${url}/docs`] : []),
  ]
  if (setupLink)
    lines.push('', '  Open this once, within 24 hours, to become its administrator:', '', `    ${setupLink}`)
  if (secret) {
    const data = JSON.stringify({ model: 'auto', input: 'Say hello' })
    lines.push('', '  Your first key, shown this once:', '', `    ${secret}`, '', '  Try it:', '')
    lines.push(
      `    curl ${url}/v1/responses -H "Authorization: Bearer ${secret}" -H "Content-Type: application/json" -d '${data}'`,
    )
  } else {
    lines.push(
      '',
      '  Keys are shown once, when they are made. For another one:',
      '',
      '    npx claviger admin keys create --user <e-mail> --name "My key"',
    )
  }
  return `${lines.join('\n')}\n\n  Stop with Ctrl-C.\n\n`
}
