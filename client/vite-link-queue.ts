import type { Plugin } from 'vite';

const LINK = '\0holdfast:link-queue/apollo-link';
const OBSERVABLE = '\0holdfast:link-queue/observable';

/** What apollo-link-queue imports from its own, older Apollo, and what it gets instead. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  '@apollo/client/link/core': LINK,
  '@apollo/client/utilities': OBSERVABLE,
};

const SOURCES: Readonly<Record<string, string>> = {
  // A function, not a class: the library extends it in ES5 style, which a native class refuses.
  [LINK]: 'export function ApolloLink() {}',
  [OBSERVABLE]: "export { Observable } from 'rxjs';",
};

/**
 * Keeps apollo-link-queue from bundling a second Apollo Client: its two Apollo imports, and nobody else's, are answered
 * with an empty link and the `Observable` of rxjs. Add it to `plugins` of the app's Vite configuration.
 */
export function linkQueueWithoutOldApollo(): Plugin {
  return {
    ...resolver(),
    enforce: 'pre',
    config: () => ({
      // The dev server bundles dependencies on its own, with its own plugins.
      optimizeDeps: { rolldownOptions: { plugins: [resolver()] } },
    }),
  };
}

function resolver(): {
  name: string;
  resolveId(source: string, importer: string | undefined): string | null;
  load(id: string): string | null;
} {
  return {
    name: 'holdfast-link-queue',
    resolveId: (source, importer) =>
      importer !== undefined && /[\\/]apollo-link-queue[\\/]/.test(importer)
        ? (REPLACEMENTS[source] ?? null)
        : null,
    load: (id) => SOURCES[id] ?? null,
  };
}
