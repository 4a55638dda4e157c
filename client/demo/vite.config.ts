import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA, type VitePWAOptions } from 'vite-plugin-pwa';
import { linkQueueWithoutOldApollo } from '../vite-link-queue.ts';
import { prerenderSignIn } from './prerender-plugin.ts';
import { API_PATHS } from './service-worker/api-paths.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where `vite` finds the API while developing. */
const API_ORIGIN = 'http://127.0.0.1:4000';

const pwa: Partial<VitePWAOptions> = {
  strategies: 'injectManifest',
  srcDir: 'service-worker',
  filename: 'sw.ts',
  registerType: 'prompt',
  includeManifestIcons: false,
  injectManifest: {
    globPatterns: ['**/*.{html,js,css,svg,png,woff2}'],
    // One file: a worker of modules is not known to every browser.
    rollupFormat: 'iife',
  },
  manifest: {
    id: '/',
    name: 'Field Notes',
    short_name: 'Notes',
    description: 'Notes that are always with you, with a connection or without.',
    start_url: '/',
    display: 'standalone',
    background_color: '#f4f2ec',
    theme_color: '#2a745a',
    icons: [
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/favicon.svg', sizes: 'any', type: 'image/svg+xml' },
    ],
  },
};

export default defineConfig({
  root: here('.'),
  plugins: [linkQueueWithoutOldApollo(), react(), prerenderSignIn(), VitePWA(pwa)],
  // One copy of each, whoever imports it.
  resolve: { dedupe: ['graphql', 'react', 'react-dom', 'rxjs', '@apollo/client'] },
  build: {
    outDir: here('../dist/demo'),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // Large but one: the app is on the device after the first visit.
    chunkSizeWarningLimit: 1_000,
  },
  server: {
    proxy: Object.fromEntries(
      API_PATHS.map((path) => [path, { target: API_ORIGIN, ws: path === '/graphql' }]),
    ),
  },
});
