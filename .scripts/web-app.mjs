// Builds the web app when what it is made of has changed since the last build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './install.mjs';

const folder = join(root, 'client', 'dist', 'demo');
const stamp = join(root, 'client', 'dist', 'demo-built-from');

/** Returns once client/dist/demo is the app as its sources are now; ends the process when the build fails. */
export function ensureWebApp() {
  const wanted = fingerprint();
  const built = existsSync(join(folder, 'index.html')) && existsSync(stamp);
  if (built && readFileSync(stamp, 'utf8') === wanted) return;
  process.stdout.write('Building the web app …\n');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const done = spawnSync(process.execPath, [vite, 'build', 'client/demo'], { cwd: root, stdio: 'inherit' });
  if (done.status !== 0) {
    process.stderr.write('The web app could not be built; the message above says why.\n');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

/** A hash of every file that can end up in the app. */
function fingerprint() {
  const hash = createHash('sha256');
  const files = [
    join(root, 'package-lock.json'),
    join(root, 'tsconfig.json'),
    ...sources(join(root, 'client')),
  ];
  for (const file of files)
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

function sources(from) {
  const skipped = new Set(['node_modules', 'dist', 'end-to-end', 'testing']);
  return readdirSync(from, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (skipped.has(entry.name) || entry.name.includes('.test.')) return [];
      const path = join(from, entry.name);
      return entry.isDirectory() ? sources(path) : [path];
    });
}
