// `npm run check`: how much an app downloads for `@holdfast/client` with all it needs of Apollo Client, GraphQL and rxjs,
// minified and compressed, made by Vite from the built package as an app would. Prints each file against the limit.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { packages } from './package-entries.mjs';

/** Of 1,000 bytes. */
const LIMIT_KB = 98;

const ENTRY = join(packages.client.output, 'index.js');

async function bundle() {
  const { output } = await build({
    configFile: false,
    root: packages.client.folder,
    logLevel: 'error',
    mode: 'production',
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      modulePreload: false,
      rolldownOptions: { input: ENTRY, preserveEntrySignatures: 'strict' },
    },
  });
  return output.filter(({ type }) => type === 'chunk');
}

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const size = ({ code }) => gzipSync(code, { level: 9 }).length;

const chunks = await bundle();
const atStart = chunks.filter(({ isDynamicEntry }) => !isDynamicEntry);
const total = atStart.reduce((sum, chunk) => sum + size(chunk), 0);
process.stdout.write(`at start: ${kilobytes(total)} kB of ${LIMIT_KB} kB (min+gz)\n`);
for (const chunk of chunks.filter(({ isDynamicEntry }) => isDynamicEntry)) {
  process.stdout.write(`later:    ${kilobytes(size(chunk))} kB ${chunk.name}\n`);
}
process.exit(total > LIMIT_KB * 1000 ? 1 : 0);
