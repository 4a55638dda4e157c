import { Button, Dialog, Group, Text } from '@mantine/core';
import { useRegisterSW } from 'virtual:pwa-register/react';

/** Offers a newer version once it is on the device. What is being written is stored before the page goes. */
export function UpdatePrompt() {
  const {
    needRefresh: [isReady, setReady],
    updateServiceWorker,
  } = useRegisterSW({ onRegisteredSW: (_, registration) => whenNewer(registration, () => setReady(true)) });
  return (
    <Dialog opened={isReady} position={{ bottom: 20, right: 20 }} size="auto" shadow="md" role="status">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">A new version is ready.</Text>
        <Group gap="xs" wrap="nowrap">
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setReady(false)}>
            Later
          </Button>
          <Button size="compact-sm" onClick={() => void reloadWith(updateServiceWorker)}>
            Reload
          </Button>
        </Group>
      </Group>
    </Dialog>
  );
}

/**
 * The plugin counts the workers to tell a newer one from the first. It may have begun to count too late to see the first, and a newer
 * one does not wait where none controls a page: in the first minute of a first visit it would then be taken for the first.
 */
function whenNewer(registration: ServiceWorkerRegistration | undefined, tell: () => void): void {
  registration?.addEventListener('updatefound', () => {
    const newer = registration.active === null ? null : registration.installing;
    newer?.addEventListener('statechange', () => {
      if (newer.state === 'installed') tell();
    });
  });
}

/** The plugin reloads only a page that a worker controls: not the one of the first visit, nor after another tab took the new version. */
async function reloadWith(takeOver: () => Promise<void>): Promise<void> {
  const waiting = (await navigator.serviceWorker.getRegistration())?.waiting;
  if (!waiting) return window.location.reload();
  waiting.addEventListener('statechange', () => {
    if (waiting.state === 'activated') window.location.reload();
  });
  await takeOver();
}
