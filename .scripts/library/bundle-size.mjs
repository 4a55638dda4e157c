// `npm run check`: how much an app downloads for `@holdfast/client` with all it needs of Apollo Client, GraphQL and rxjs,
// minified and compressed, made by Vite from the built package as an app would. Prints it against the limit, and how much of
// it Apollo Client takes alone. React, the worker and the testing kit are other entries; the socket is loaded later.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { packages } from './package-entries.mjs';

/** Of 1,000 bytes. The aim is 75; see docs/decisions/bundle-size.md for what stands in the way. Never raise it without a reason there. */
const LIMIT_KB = 116;

const HOLDFAST = join(packages.client.output, 'index.js');
/** What of Apollo Client the built package imports. */
const APOLLO_ALONE = `
  export { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
  export { LocalState } from '@apollo/client/local-state';
  export { SetContextLink } from '@apollo/client/link/context';`;

/** The chunks of an app that uses everything an entry exports. */
async function bundle(input, plugins = []) {
  const { output } = await build({
    configFile: false,
    root: packages.client.folder,
    logLevel: 'error',
    mode: 'production',
    plugins,
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      // What Vite adds to load chunks early is the app's.
      modulePreload: false,
      rolldownOptions: { input, preserveEntrySignatures: 'strict' },
    },
  });
  return output.filter(({ type }) => type === 'chunk');
}

const written = (id, code) => ({
  name: 'written',
  resolveId: (source) => (source === id ? join(packages.client.folder, id) : null),
  load: (path) => (path === join(packages.client.folder, id) ? code : null),
});

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const size = (chunks) => chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
const isLater = ({ isDynamicEntry }) => isDynamicEntry;

const all = await bundle(HOLDFAST);
const total = size(all.filter((chunk) => !isLater(chunk)));
const apollo = size(await bundle('apollo-alone.js', [written('apollo-alone.js', APOLLO_ALONE)]));
process.stdout.write(
  `${kilobytes(total)} of ${LIMIT_KB} kB (min+gz): Apollo Client alone ${kilobytes(apollo)}, ` +
    `the rest ${kilobytes(total - apollo)}; the socket, later, ${kilobytes(size(all.filter(isLater)))}\n`,
);
process.exit(total > LIMIT_KB * 1000 ? 1 : 0);
