// The import law, checked by dependency-cruiser. ARCHITECTURE.md says why; each comment here says what to do instead.

/**
 * Folder of server/src → the folders it may import, besides its own, `lib`, `config` and the files that everyone may
 * import (errors.ts, deps.ts). A new folder needs a row.
 */
const MAY_IMPORT = {
  config: [],
  storage: [],
  audit: ['storage'],
  idempotency: ['storage'],
  accounts: ['storage', 'audit'],
  keys: ['storage', 'audit', 'accounts', 'limits', 'webhooks'],
  usage: ['storage'],
  providers: ['storage', 'audit', 'outbound'],
  outputs: ['storage', 'outbound', 'providers'],
  limits: ['storage', 'audit', 'accounts'],
  ledger: ['storage', 'audit', 'accounts', 'limits', 'usage'],
  tasks: [
    'storage',
    'accounts',
    'keys',
    'usage',
    'providers',
    'limits',
    'ledger',
    'gateway',
    'outputs',
    'outbound',
    'webhooks',
  ],
  mail: [],
  outbound: [],
  webhooks: ['storage', 'audit', 'accounts', 'limits', 'outbound', 'providers'],
  auth: ['storage', 'audit', 'accounts', 'mail'],
  gateway: ['keys', 'accounts', 'usage', 'providers', 'limits', 'ledger'],
  http: [
    'audit',
    'auth',
    'mail',
    'idempotency',
    'accounts',
    'keys',
    'usage',
    'providers',
    'limits',
    'ledger',
    'tasks',
    'outbound',
    'outputs',
    'webhooks',
    'gateway',
  ],
  operator: [
    'storage',
    'audit',
    'auth',
    'mail',
    'idempotency',
    'accounts',
    'keys',
    'usage',
    'providers',
    'limits',
    'ledger',
    'tasks',
    'outbound',
    'outputs',
    'webhooks',
    'gateway',
  ],
}

const NOUNS = Object.keys(MAY_IMPORT).filter(
  (folder) => !['config', 'storage', 'http', 'operator'].includes(folder),
)
const TEST = '\\.test\\.m?ts$'
/** The files that put the program together; they may import everything. */
const COMPOSITION = '^server/src/(app|main|infrastructure|batches|database-thread)\\.ts$'

function rule(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to }
}

function inFolders(folders) {
  return `^server/src/(${folders.join('|')})/`
}

const folderRules = Object.entries(MAY_IMPORT).map(([folder, others]) =>
  rule(
    `${folder}-imports`,
    `${folder} may import only ${[...others, 'lib', 'config', 'errors.ts', 'deps.ts'].join(', ')}. When something below must set off something above, let the upper one read state when it acts, or hand a function in where the program is put together (app.ts).`,
    { path: inFolders([folder]), pathNot: TEST },
    {
      path: '^server/src/',
      pathNot: [
        inFolders([folder, ...others, 'lib', 'config']),
        '^server/src/(errors|deps)\\.ts$',
        ...(folder === 'operator' ? ['^server/src/(app|infrastructure)\\.ts$'] : []),
      ],
    },
  ),
)

module.exports = {
  forbidden: [
    rule(
      'no-cycles',
      'Files that import each other, if only for types, cannot be read one by one. Move what both need into a third file below them.',
      {},
      { circular: true },
    ),
    rule(
      'lib-is-a-leaf',
      'lib holds what one could publish on its own. Pass the product in as an argument, or move the file to the noun it knows.',
      { path: '^server/src/lib/', pathNot: TEST },
      { path: '^server/src/', pathNot: '^server/src/lib/' },
    ),
    rule(
      'errors-and-deps-are-low',
      'errors.ts and deps.ts are imported by everyone, so they may only know lib, config and the types of storage.',
      { path: '^server/src/(errors|deps)\\.ts$' },
      {
        path: '^server/src/',
        pathNot: [inFolders(['lib', 'config', 'storage']), '^server/src/errors\\.ts$'],
      },
    ),
    rule(
      'folder-without-a-row',
      'Give the new folder a row in MAY_IMPORT (import-rules.cjs), or put the file into the noun it belongs to.',
      { path: '^server/src/[^/]+/', pathNot: inFolders([...Object.keys(MAY_IMPORT), 'lib']) },
      {},
    ),
    ...folderRules,
    rule(
      'storage-only-through-stores',
      "Outside of a *.store.ts file only the types of storage may be imported. Put the query into the noun's store.",
      { path: inFolders(NOUNS), pathNot: ['\\.store\\.ts$', TEST] },
      { path: inFolders(['storage']), dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'sql-only-in-stores',
      "Queries live in *.store.ts files and in storage. Add a function to the noun's store and call it.",
      { path: '^server/src/', pathNot: [inFolders(['storage']), '\\.store\\.ts$', TEST] },
      { path: '(^|/)node_modules/kysely/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'database-drivers-only-in-storage',
      'better-sqlite3 and pg differ; only storage knows both. Ask storage for what is missing.',
      { path: '^server/src/', pathNot: [inFolders(['storage']), TEST] },
      { path: '(^|/)node_modules/(better-sqlite3|pg|@types/better-sqlite3|@types/pg)/' },
    ),
    rule(
      'stores-are-private',
      "A store belongs to its folder: rules about its rows sit beside it. Call the noun's exported action instead.",
      { path: '^server/src/([^/]+)/' },
      { path: '\\.store\\.ts$', pathNot: '^server/src/$1/' },
    ),
    rule(
      'stores-are-private-to-folders',
      "A store belongs to its folder: rules about its rows sit beside it. Call the noun's exported action instead.",
      { pathNot: '^server/src/[^/]+/' },
      { path: '\\.store\\.ts$' },
    ),
    rule(
      'http-without-stores',
      "http translates; it holds no rules and no queries. Call the noun's exported action instead.",
      { path: inFolders(['http']), pathNot: TEST },
      { path: ['\\.store\\.ts$', inFolders(['storage'])] },
    ),
    rule(
      'nothing-below-knows-http',
      'Only app.ts puts http into the program. Throw an AppError, return plain values, and let http translate.',
      { path: '^server/src/', pathNot: [inFolders(['http']), '^server/src/app\\.ts$', TEST] },
      { path: inFolders(['http']) },
    ),
    rule(
      'gateway-takes-verified-keys',
      'The gateway gets a verified key and does not manage keys: import types, or keys/verify.ts.',
      { path: inFolders(['gateway']), pathNot: TEST },
      { path: inFolders(['keys']), pathNot: '^server/src/keys/verify', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'schemas-without-their-package',
      'typebox is some four hundred modules, which every start and command would load. Build schemas with lib/schema.ts, and take types only from the package.',
      { path: '^server/src/', pathNot: TEST },
      { path: '(^|/)node_modules/typebox/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'sign-in-library-on-demand',
      'The sign-in library is a fifth of what a start would load. Ask `auth.library()` for it; names that others need stand in auth/password.ts and auth/scope.ts.',
      { path: '^server/src/', pathNot: ['^server/src/auth/library\\.ts$', TEST] },
      { path: '^server/src/auth/(library|options)\\.ts$', dynamic: false, dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'composition-is-on-top',
      'app.ts, main.ts and their siblings put everything together; nothing may lean on them but the operator and main.ts.',
      { path: '^server/src/', pathNot: [COMPOSITION, inFolders(['operator']), TEST] },
      { path: COMPOSITION },
    ),
    rule('tests-are-not-imported', 'Move what is shared to server/test/support.', {}, { path: TEST }),
    rule(
      'server-without-tests',
      'The product must not need its tests. Move the code to the folder it belongs to.',
      { path: '^server/src/', pathNot: TEST },
      { path: '^server/test/' },
    ),
    rule(
      'clients-know-only-the-sdk',
      'cli and web reach the server only over its API. Use the sdk; if it lacks something, the API does.',
      { path: '^(cli|web)/', pathNot: TEST },
      { path: '^(server|bench|scripts)/', pathNot: '^server/src/main\\.ts$' },
    ),
    rule(
      'one-door-to-the-operator',
      "The operator's commands belong to the server; only cli/src/operator.ts hands the process over to them.",
      { path: '^(cli|web)/', pathNot: ['^cli/src/operator\\.ts$', TEST] },
      { path: '^server/src/main\\.ts$' },
    ),
    rule(
      'cli-without-web',
      'cli and web ship to different places. What both need belongs to the sdk.',
      { path: '^cli/' },
      { path: '^web/' },
    ),
    rule(
      'web-without-cli',
      'cli and web ship to different places. What both need belongs to the sdk.',
      { path: '^web/' },
      { path: '^cli/' },
    ),
    rule(
      'sdk-stands-alone',
      'The sdk is installed by itself; what it needs must be in it or generated into it.',
      { path: '^sdk/', pathNot: TEST },
      { path: '^(server|cli|web|bench|scripts)/' },
    ),
    rule(
      'acceptance-is-a-black-box',
      'Acceptance tests see what a user sees: HTTP and the command line. Start the server as a process.',
      { path: '^server/test/(acceptance|conformance)/' },
      { path: '^server/src/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^[a-z]+/(dist|src/generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.d.ts', '.json'],
    },
  },
}
