import { MantineProvider } from '@mantine/core';
import { lazy, StrictMode, Suspense, useEffect, useState } from 'react';
import { App } from './app.tsx';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { idle } from './shell/idle.ts';
import { InstallContext, type InstallOffer } from './shell/install-offer.ts';
import { NoMessages } from './shell/no-messages.tsx';
import { cssVariables, theme } from './theme.ts';

const Messages = lazy(async () => {
  try {
    const [, messages] = await Promise.all([import('./mantine.css'), import('./shell/messages.tsx')]);
    return { default: messages.Messages };
  } catch {
    // A browser asks for a module once in the life of a page.
    return { default: NoMessages };
  }
});

/** All that is ever on screen. The build draws it too, without an offer, for what index.html shows first. */
export function Page({ installOffer }: { readonly installOffer: InstallOffer | null }) {
  return (
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <InstallContext value={installOffer}>
          {/* A boundary is taken over in slices, and at once when it is touched; without one all of it were a single task. */}
          <Suspense>
            <ErrorBoundary>
              <App />
            </ErrorBoundary>
          </Suspense>
        </InstallContext>
        <LateMessages />
      </MantineProvider>
    </StrictMode>
  );
}

/** No first screen waits for these, nor for the service worker that comes with them. */
function LateMessages() {
  const [isTime, setTime] = useState(false);
  useEffect(() => void idle().then(() => setTime(true)), []);
  return (
    isTime && (
      <Suspense>
        <Messages />
      </Suspense>
    )
  );
}
