// `npm run build`: both packages as npm publishes them: `api/dist` and `client/dist/lib`. Nothing in this repository runs
// from there, but the checks of size and surface and the test that installs them. `--if-changed` keeps what is up to date.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfChanged, fingerprint } from './fingerprint.mjs';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
process.chdir(root);
// Whoever starts it, a test too: what is published never has React's development runtime in it.
process.env.NODE_ENV = 'production';

const stamp = join(root, 'client', 'dist', 'lib-built-from');
if (!process.argv.includes('--if-changed')) rmSync(stamp, { force: true });
const wanted = fingerprint(['api', 'client', '.scripts'], { skip: ['demo', 'end-to-end'] });
await buildIfChanged({ stamp, wanted }, async () => {
  await import('./typescript.mjs');
  const { emit } = await import('./library/emit-types.mjs');
  const { entriesOf, packages } = await import('./library/package-entries.mjs');
  const { bundleClient } = await import('./library/bundle-client.mjs');
  const { api, client } = packages;
  rmSync(stamp, { force: true });
  for (const { output } of [api, client]) {
    rmSync(output, { recursive: true, force: true });
    mkdirSync(output, { recursive: true });
    copyFileSync('LICENSE', join(output, 'LICENSE'));
  }
  await bundleClient(client, entriesOf(client));
  emit(client, entriesOf(client), { declarationsOnly: true });
  emit(api, entriesOf(api), { declarationsOnly: false });
});
