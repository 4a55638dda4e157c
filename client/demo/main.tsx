import './first-screen.css';
import './page.css';
import { startTransition } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { Page } from './page.tsx';
import { InstallOffer } from './shell/install-offer.ts';

declare global {
  interface Window {
    /** Set by first-paint.js. */
    readonly earlyClick?: HTMLElement | null;
  }
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html lost its #root');

const page = <Page installOffer={new InstallOffer()} />;
// Only the build writes the sign-in page into index.html; a page that opens something shows that instead.
if (root.firstElementChild === null || 'opening' in document.documentElement.dataset) {
  // Drawn in slices.
  startTransition(() => createRoot(root).render(page));
} else {
  hydrateRoot(root, page);
  window.earlyClick?.click();
}
