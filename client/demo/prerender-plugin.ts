import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { createServer, type Plugin } from 'vite';

const MARK = '<!-- sign-in -->';

/** Writes the sign-in page into index.html, drawn by the app's own components: it is seen before any script has come. */
export function prerenderSignIn(): Plugin {
  return {
    name: 'field-notes:prerender-sign-in',
    apply: 'build',
    transformIndexHtml: async (html) => {
      if (!html.includes(MARK)) throw new Error(`index.html has lost its "${MARK}"`);
      const server = await createServer({
        configFile: false,
        root: fileURLToPath(new URL('.', import.meta.url)),
        plugins: [react()],
        appType: 'custom',
        logLevel: 'error',
        server: { middlewareMode: true, hmr: false, ws: false, watch: null },
        optimizeDeps: { noDiscovery: true },
      });
      try {
        const { prerender } = (await server.ssrLoadModule('/prerender.tsx')) as { prerender: () => string };
        return html.replace(MARK, () => prerender());
      } finally {
        await server.close();
      }
    },
  };
}
