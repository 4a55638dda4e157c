// `npm run build`: both packages as npm publishes them: `api/dist` and `client/dist/lib`. Nothing in this repository runs
// from there, but the test that installs them.
import { rmSync } from 'node:fs';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
process.chdir(root);
await import('./typescript.mjs');
const { emit } = await import('./library/emit-types.mjs');
const { entriesOf, packages } = await import('./library/package-entries.mjs');
const { bundleClient } = await import('./library/bundle-client.mjs');

for (const { output } of Object.values(packages)) rmSync(output, { recursive: true, force: true });
emit(packages.api, entriesOf(packages.api), { declarationsOnly: false });
const entries = entriesOf(packages.client);
await bundleClient(packages.client, entries);
emit(packages.client, entries, { declarationsOnly: true });
