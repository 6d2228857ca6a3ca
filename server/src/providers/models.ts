import { type AuditActor, recordAudit } from '../audit/audit.ts'
import type { Config, ModelConfig } from '../config/config.ts'
import { readModelEntry } from '../config/entries.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText, refuseSecret } from '../errors.ts'
import { deleteModelRow, holdProviders, lockModelRow, writeModelRow } from './providers.store.ts'
import { checkEntry, fixedProviders } from './providers.ts'

/**
 * Makes or replaces a model of the database. It is served so from the next request; one under way keeps the price that
 * it began with.
 *
 * @throws AppError `invalid_request` naming the field; also for a model of the configuration, which is read-only
 */
export async function putModel(deps: Deps, actor: AuditActor, input: ModelConfig): Promise<void> {
  refuseFixed(deps.config, input.id)
  await transact(deps, async (deps) => {
    const wanted = [...new Set(input.routes.map(({ provider }) => provider))]
    const stored = await holdProviders(deps.db, deps.store.kind, wanted)
    const { id, ...definition } = checkEntry(() => readModelEntry(input, routable(deps.config, stored)))
    checkTexts(id, definition)
    const row = await lockModelRow(deps.db, deps.store.kind, id)
    await writeModelRow(deps.db, {
      id,
      definition: JSON.stringify(definition),
      created_at: deps.now(),
      updated_at: null,
    })
    await recordAudit(deps, actor, {
      ...target(row ? 'model.update' : 'model.create', id),
      ...(row && { before: JSON.parse(row.definition) as Record<string, unknown> }),
      after: definition,
    })
  })
}

/** @throws AppError `not_found`; `invalid_request` when it is the configuration's */
export async function deleteModel(deps: Deps, actor: AuditActor, id: string): Promise<void> {
  await transact(deps, async (deps) => {
    const row = await lockModelRow(deps.db, deps.store.kind, id)
    if (!row) {
      refuseFixed(deps.config, id)
      throw new AppError('not_found', { message: `There is no model ${id} in the database` })
    }
    await deleteModelRow(deps.db, id)
    const before = JSON.parse(row.definition) as Record<string, unknown>
    await recordAudit(deps, actor, { ...target('model.delete', id), before })
  })
}

/** Built-in providers are there only as long as there is no model but theirs. */
function routable(config: Config, stored: readonly string[]): ReadonlySet<string> {
  return new Set([...(config.providers.length > 0 ? fixedProviders(config) : []), ...stored])
}

function checkTexts(id: string, { name, description, routes }: Omit<ModelConfig, 'id'>): void {
  refuseSecret(id, 'id')
  if (name !== undefined) cleanText(name, 'name', 200)
  if (description !== undefined) refuseSecret(description, 'description')
  for (const [index, { model }] of routes.entries()) {
    if (model !== undefined) refuseSecret(model, `routes.${index}.model`)
  }
}

function refuseFixed({ models }: Config, id: string): void {
  if (!models.some((model) => model.id === id)) return
  const message = `The model ${id} stands in the configuration file and is read-only here; change it there and restart`
  throw new AppError('invalid_request', { message, param: 'id' })
}

function target(action: string, id: string) {
  return { action, targetKind: 'model', targetId: id, organizationId: null }
}
