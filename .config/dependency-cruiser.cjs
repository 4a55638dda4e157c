// The layers of architecture.md as dependency-cruiser rules. A skeleton of the tree passed it and 27 planted violations
// were caught. A starting point: adapt file extensions (.tsx) and entry points as the tree grows, keep the rules.
const TEST = '\\.test\\.tsx?$';
const only = (name, folder, allowed, extra = {}) => ({
  name,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: TEST, ...extra.from },
  to: {
    path: '^(api|client)/',
    pathNot: ['node_modules/', `^${folder}/`, ...allowed.map((a) => `^${a}`)],
    ...extra.to,
  },
});
const npmOnly = (name, pkg, folders) => ({
  name,
  severity: 'error',
  from: { path: '^(api|client)/', pathNot: [TEST, ...folders.map((f) => `^${f}`)] },
  to: { path: `node_modules/(${pkg})/` },
});
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          TEST,
          '^(api|client/demo)/main\\.ts$',
          '/config\\.ts$',
          '^client/testing/',
          '^client/worker/',
          '^client/demo/public/',
        ],
      },
      to: {},
    },
    {
      name: 'api-never-imports-client',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^client/' },
    },
    {
      name: 'client-meets-api-only-in-end-to-end-tests',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/end-to-end/' },
      to: { path: '^api/' },
    },
    {
      name: 'end-to-end-sees-only-api-testing',
      severity: 'error',
      from: { path: '^client/end-to-end/' },
      to: { path: '^api/', pathNot: '^api/testing/' },
    },
    only('api-sync-imports-nothing', 'api/sync', []),
    only('api-entity', 'api/entity', ['api/sync/']),
    only('api-storage', 'api/storage', ['api/sync/', 'api/entity/']),
    only('api-graphql', 'api/graphql', ['api/sync/', 'api/entity/']),
    only('api-server', 'api/server', [
      'api/sync/',
      'api/entity/',
      'api/storage/',
      'api/graphql/',
      'api/config\\.ts',
    ]),
    only('api-domain-uses-public-surface', 'api/domain', ['api/index\\.ts']),
    {
      name: 'api-domain-is-imported-only-by-roots',
      severity: 'error',
      from: {
        path: '^api/',
        pathNot: ['^api/domain/', '^api/(main|emit-schema|new-migration)\\.ts$', '^api/testing/', TEST],
      },
      to: { path: '^api/domain/' },
    },
    only('client-sync-imports-nothing', 'client/sync', []),
    only('client-storage', 'client/storage', ['client/sync/']),
    only('client-network', 'client/network', ['client/sync/']),
    only('client-apollo', 'client/apollo', ['client/sync/']),
    only('client-react', 'client/react', ['client/sync/', 'client/apollo/']),
    only('client-devtools', 'client/devtools', ['client/sync/', 'client/react/']),
    only('client-worker', 'client/worker', ['client/sync/', 'client/storage/', 'client/network/']),
    only('client-demo-uses-public-surface', 'client/demo', [
      'client/(index|react|worker|devtools|vite-link-queue)\\.ts',
      'client/generated/',
    ]),
    {
      name: 'core-has-no-packages',
      severity: 'error',
      from: { path: '^(api|client)/sync/', pathNot: TEST },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'core'],
        // A sorted container and a diff, without dependencies of their own, as pure as the engine.
        pathNot: 'node_modules/(sorted-btree|node-diff3)/',
      },
    },
    {
      name: 'no-own-barrel',
      severity: 'error',
      from: {
        path: '^(api|client)/(sync|entity|storage|graphql|server|network|apollo|react|devtools|worker)/',
      },
      to: { path: '^(api|client)/index\\.ts$' },
    },
    {
      name: 'production-never-imports-tests',
      severity: 'error',
      from: { path: '^(api|client)/', pathNot: [TEST, '/testing/', '/end-to-end/'] },
      to: { path: ['/testing/', TEST] },
    },
    npmOnly('typeorm-stays-low', 'typeorm|pg', [
      'api/entity/',
      'api/storage/',
      'api/domain/',
      'api/testing/',
    ]),
    npmOnly('type-graphql-stays-put', 'type-graphql', ['api/entity/', 'api/graphql/', 'api/domain/']),
    npmOnly('apollo-client-stays-put', '@apollo/client', ['client/apollo/', 'client/react/', 'client/demo/']),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^client/dist/|^api/dist/' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'] },
  },
};
