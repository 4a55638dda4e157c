import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
// graphql is resolved to one file: with its two entry points it would be loaded twice and refuse its own types.
const alias = [{ find: /^graphql$/, replacement: `${root}node_modules/graphql/index.js` }];
const exclude = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  root,
  resolve: { alias },
  test: {
    fileParallelism: true,
    maxWorkers: 2,
    // Time limits are for a machine ten times slower than usual: they are only met by what never ends.
    projects: [
      {
        root,
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['{api,client}/**/*.test.{ts,tsx}'],
          exclude: [...exclude, '**/*.pg.test.ts', '**/*.browser.test.ts', '**/*.simulation.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        root,
        resolve: { alias },
        test: {
          name: 'postgres',
          include: ['{api,client}/**/*.pg.test.ts'],
          exclude,
          globalSetup: ['api/testing/postgres-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        root,
        resolve: { alias },
        test: {
          name: 'browser',
          include: ['client/**/*.browser.test.ts'],
          exclude,
          globalSetup: ['api/testing/postgres-setup.ts', 'client/end-to-end/browser-setup.ts'],
          fileParallelism: false,
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        root,
        resolve: { alias },
        test: {
          name: 'exhaustion',
          include: ['client/end-to-end/exhaustion/*.simulation.test.ts'],
          exclude,
          testTimeout: 900_000,
        },
      },
      {
        root,
        resolve: { alias },
        test: {
          name: 'simulation',
          include: ['client/**/*.simulation.test.ts'],
          exclude: [...exclude, 'client/end-to-end/exhaustion/**'],
          // After the others: it takes every processor for itself.
          sequence: { groupOrder: 1 },
          testTimeout: 900_000,
        },
      },
    ],
  },
});
