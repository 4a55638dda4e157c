import { Drawer, Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';

const HoldfastDevtools = lazy(async () => {
  const { HoldfastDevtools: component } = await import('../../devtools.ts');
  return { default: component };
});

interface DevtoolsDrawerProps {
  readonly onClose: () => void;
}

/** What the sync engine holds and does, for whoever wants to watch it. Loaded when it is asked for. */
export function DevtoolsDrawer({ onClose }: DevtoolsDrawerProps) {
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="xl"
      title="Inside the sync engine"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Suspense fallback={<Loader type="dots" aria-label="Opening" />}>
        <HoldfastDevtools />
      </Suspense>
    </Drawer>
  );
}
