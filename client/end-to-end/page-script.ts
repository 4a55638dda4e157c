import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build, type Rolldown } from 'vite';

/** An empty page on loopback that runs one bundled script. */
export interface ScriptPage extends AsyncDisposable {
  readonly url: string;
}

/** Bundles a browser module of this project and serves it: what runs in the page is our real code, not a copy. */
export async function serveScript(entry: string): Promise<ScriptPage> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['es'], fileName: 'script' } },
  });
  const script = (Array.isArray(built) ? built : [built])
    .flatMap((result) => ('output' in result ? result.output : []))
    .find((part): part is Rolldown.OutputChunk => part.type === 'chunk')?.code;
  if (script === undefined) throw new Error(`${entry} made no script`);
  const server = createServer((request, response) => {
    const isScript = request.url === '/script.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(
      isScript ? script : '<!doctype html><title>page</title><script type=module src=/script.js></script>',
    );
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
