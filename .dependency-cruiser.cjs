const only = (name, from, allowed, why) => ({
  name, severity: 'error', comment: why,
  from: { path: `^${from}/` },
  to: { pathNot: [`^${from}/`, ...allowed.map(folder => `^${folder}`), 'node_modules', '^node:', '^[a-z_/]+$'], path: '^(bin|sync|connectors|db|activities|workflows|api|emulators|test|bench|console)/' },
});

/** Who may import whom: ../shared/design.md section 3, told in ARCHITECTURE.md. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    only('sync-is-pure', 'sync', [], 'the pure core imports nothing of ours'),
    only('connectors-translate', 'connectors', ['sync/'], 'connectors know the canonical records and nothing else'),
    only('db-remembers', 'db', ['sync/'], 'the database knows the types of the core'),
    only('activities-join', 'activities', ['sync/', 'connectors/', 'db/', 'workflows/messages.ts'], 'activities alone join core, connectors and database'),
    only('workflows-wait', 'workflows', ['activities/types.ts'], 'workflows see message types and activity types only'),
    only('api-serves', 'api', ['sync/', 'db/', 'workflows/messages.ts', 'connectors/registry.ts'], 'the API manages rows and talks to workflows'),
    only('emulators-stand-alone', 'emulators', [], 'emulators share no code with anybody'),
    { name: 'one-emulator-one-folder', severity: 'error', from: { path: '^emulators/([^/]+)/' }, to: { path: '^emulators/', pathNot: ['^emulators/$1/', '^emulators/http/'] } },
    { name: 'vendor-stays-in-its-folder', severity: 'error', from: { path: '^(sync|db|activities|workflows|api|bin)/' }, to: { path: '^connectors/(graph|salesforce)/', } },
    { name: 'workflow-bundle-is-small', severity: 'error', comment: 'zod or a time library in the bundle costs 0.5-1.3 MB per cached workflow', from: { path: '^workflows/' }, to: { dependencyTypes: ['npm', 'core'], pathNot: ['@temporalio'], dependencyTypesNot: ['type-only'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|\\.tandem|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
};
