import './mantine.css';
import './page.css';
import { MantineProvider } from '@mantine/core';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { InstallContext, InstallOffer } from './shell/install-offer.ts';
import { cssVariables, theme } from './theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html lost its #root');

const installOffer = new InstallOffer();
/** No first screen waits for these. */
const Messages = lazy(async () => ({ default: (await import('./shell/messages.tsx')).Messages }));

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <InstallContext value={installOffer}>
        <App />
      </InstallContext>
      <Suspense>
        <Messages />
      </Suspense>
    </MantineProvider>
  </StrictMode>,
);
