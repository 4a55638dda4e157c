// Builds the web app when what it is made of has changed since the last build.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfChanged, fingerprint } from './fingerprint.mjs';
import { root } from './install.mjs';

const stamp = join(root, 'client', 'dist', 'demo-built-from');

/** Returns once client/dist/demo is the app as its sources are now; ends the process when the build fails. */
export function ensureWebApp() {
  const wanted = fingerprint(['client'], { skip: ['end-to-end', 'testing'] });
  return buildIfChanged({ stamp, wanted }, () => {
    process.stdout.write('Building the web app …\n');
    rmSync(stamp, { force: true });
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const done = spawnSync(process.execPath, [vite, 'build', 'client/demo'], { cwd: root, stdio: 'inherit' });
    if (done.status !== 0) {
      process.stderr.write('The web app could not be built; the message above says why.\n');
      process.exit(1);
    }
  });
}
