import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';

const PAGE = '<!doctype html><title>page</title><script type=module src=/script.js></script>';

/** An empty page on loopback that runs one bundled script. */
export interface ScriptPage extends AsyncDisposable {
  readonly url: string;
}

/** Bundles a browser module of this project: what runs in a page is our real code, not a copy. */
async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['es'], fileName: 'script' } },
  });
  const script = (Array.isArray(built) ? built : [built])
    .flatMap((result) => ('output' in result ? result.output : []))
    .find((part): part is Rolldown.OutputChunk => part.type === 'chunk')?.code;
  if (script === undefined) throw new Error(`${entry} made no script`);
  return script;
}

/** Writes the page and its script into a folder, for an API that serves it as its web app. */
export async function writeScriptPage(entry: string, folder: string): Promise<void> {
  await writeFile(join(folder, 'index.html'), PAGE);
  await writeFile(join(folder, 'script.js'), await bundle(entry));
}

/** Serves the page and its script from an origin of its own. */
export async function serveScript(entry: string): Promise<ScriptPage> {
  const script = await bundle(entry);
  const server = createServer((request, response) => {
    const isScript = request.url === '/script.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? script : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
