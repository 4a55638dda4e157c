// Finds a Chromium for the browser tests, or installs one: Debian's package as root, else Playwright's own download.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

async function find() {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined) {
    if (existsSync(named)) return named;
    process.stderr.write(`CHROMIUM_PATH names ${named}, which does not exist.\n`);
    process.exit(1);
  }
  const usual = usualPlaces.find((place) => existsSync(place));
  if (usual !== undefined) return usual;
  const { chromium } = await import('playwright-core');
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}

function installFromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  process.stdout.write('Installing Chromium (Debian package) …\n');
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  spawnSync('apt-get', ['update', '-qq'], options);
  spawnSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'],
    options,
  );
}

function downloadFromPlaywright() {
  process.stdout.write('Downloading Chromium (Playwright) …\n');
  spawnSync(process.execPath, [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium'], {
    stdio: 'inherit',
  });
}

/** The path of a Chromium. Ends the process with a sentence when none can be had. */
export async function ensureChromium() {
  for (const install of [() => {}, installFromDebian, downloadFromPlaywright]) {
    install();
    const found = await find();
    if (found !== undefined) return found;
  }
  process.stderr.write(
    'No Chromium was found or could be installed. Install one and name it in CHROMIUM_PATH.\n',
  );
  return process.exit(1);
}
