// `npm start`: installs what is missing, builds the web app and runs everything in this one process, in demo mode.
// Plain Node: it runs on a fresh clone.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './install.mjs';
import { ensureWebApp } from './web-app.mjs';

ensureInstalled();
process.chdir(root);
await ensureWebApp();

await import('./production.mjs');
await import('./typescript.mjs');
const main = join(root, 'api', 'main.ts');
process.argv = [process.execPath, main, '--demo', ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
