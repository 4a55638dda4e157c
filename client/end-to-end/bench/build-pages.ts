import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { linkQueueWithoutOldApollo } from '../../vite-link-queue.ts';

/** The two pages that are measured, built as an app is for production, by the path they are served at. */
export async function buildPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const name of ['holdfast', 'raw']) {
    const script = await bundle(join(import.meta.dirname, `${name}-page.ts`));
    pages.set(`/${name}.js`, script);
    pages.set(
      `/${name}`,
      `<!doctype html><title>${name}</title><script type=module src=/${name}.js></script>`,
    );
  }
  return pages;
}

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [linkQueueWithoutOldApollo()],
    resolve: { dedupe: ['graphql', 'rxjs', '@apollo/client'] },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: {
        input: entry,
        output: { codeSplitting: false, entryFileNames: 'page.js' },
        preserveEntrySignatures: false,
      },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  const script = outputs.find((part): part is Rolldown.OutputChunk => part.type === 'chunk' && part.isEntry);
  if (script === undefined) throw new Error(`${entry} made no script`);
  return script.code;
}
