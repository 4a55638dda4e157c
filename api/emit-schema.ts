/** Writes schema/schema.graphql and schema/sync-documents.json; with `--check` says whether they are up to date. */
import { fileURLToPath } from 'node:url';
import { entities, resolvers } from './domain/index.ts';
import { emitSchema } from './index.ts';

const folder = fileURLToPath(new URL('../schema', import.meta.url));
const check = process.argv.includes('--check');
const stale = await emitSchema({ entities, resolvers, folder, check });

if (stale.length === 0) {
  process.stdout.write('schema/ is up to date.\n');
} else if (check) {
  process.stderr.write(`Out of date: ${stale.join(', ')}. Run \`npm run schema\` and commit schema/.\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`Wrote ${stale.join(', ')} into schema/.\n`);
}
