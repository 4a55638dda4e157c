// Tells whether what something was built from has changed since.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './install.mjs';

const NEVER_BUILT_FROM = ['node_modules', 'dist'];

/** A hash of the lock file, the settings of TypeScript and every source in the folders, tests aside. */
export function fingerprint(folders, { skip = [] } = {}) {
  const skipped = new Set([...NEVER_BUILT_FROM, ...skip]);
  const hash = createHash('sha256');
  const files = [
    join(root, 'package-lock.json'),
    join(root, 'tsconfig.json'),
    ...folders.flatMap((folder) => sources(join(root, folder), skipped)),
  ];
  for (const file of files)
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

function sources(from, skipped) {
  return readdirSync(from, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (skipped.has(entry.name) || entry.name.includes('.test.')) return [];
      const path = join(from, entry.name);
      return entry.isDirectory() ? sources(path, skipped) : [path];
    });
}

/** Runs the build unless the stamp beside its output says that it would give the same again. */
export async function buildIfChanged({ stamp, wanted }, build) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await build();
  writeFileSync(stamp, wanted);
}
