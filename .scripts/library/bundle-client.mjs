// The client's code: one module per entry and what they share, with the two upstream packages inlined.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

/** Upstream packages that come along inside of ours; client/vite-link-queue.ts says why. */
const INLINED = /^(apollo-link-queue|apollo3-cache-persist)$/;
const IN_INLINED = /node_modules[\\/](apollo-link-queue|apollo3-cache-persist)[\\/]/;

/** A name, not a path. */
const isPackage = (id) => !/^(\.|\/|\0|[A-Za-z]:)/.test(id);

export async function bundleClient({ folder, output }, entries) {
  const { linkQueueWithoutOldApollo } = await import(pathToFileURL(join(folder, 'vite-link-queue.ts')).href);
  await build({
    configFile: false,
    root: folder,
    logLevel: 'warn',
    plugins: [linkQueueWithoutOldApollo()],
    // React's automatic runtime, without what its development build adds.
    mode: 'production',
    build: {
      outDir: output,
      emptyOutDir: false,
      target: 'es2022',
      // The app's own bundler makes it small; stack traces and debuggers show it as it was written.
      minify: false,
      sourcemap: true,
      license: { fileName: 'LICENSE-of-inlined-packages.md' },
      lib: { entry: Object.fromEntries(entries.map(({ name, source }) => [name, source])), formats: ['es'] },
      rolldownOptions: {
        external: (id, importer) => isPackage(id) && !INLINED.test(id) && !IN_INLINED.test(importer ?? ''),
        // Both say nothing of side effects and have none: what is not used of them stays out.
        treeshake: { moduleSideEffects: (id) => !IN_INLINED.test(id) },
        output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name].js' },
      },
    },
  });
}
