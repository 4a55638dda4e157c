import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './page.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { InstallContext, InstallOffer } from './shell/install-offer.ts';
import { UpdatePrompt } from './shell/update-prompt.tsx';
import { cssVariables, theme } from './theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html lost its #root');

const installOffer = new InstallOffer();

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-center" limit={3} />
      <InstallContext value={installOffer}>
        <App />
      </InstallContext>
      <UpdatePrompt />
    </MantineProvider>
  </StrictMode>,
);
