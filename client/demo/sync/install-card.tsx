import { Button, Text, Title } from '@mantine/core';
import { IconDeviceMobileDown } from '@tabler/icons-react';
import { attempt } from './work-card.tsx';
import { useInstallOffer } from '../shell/install-offer.ts';

/** Offers to put the app among the others of this device. Gone once it is there. */
export function InstallCard() {
  const { state, take } = useInstallOffer();
  if (state === 'done') return null;
  return (
    <section aria-label="As an app of its own">
      <Title order={3} fz="md" mb="xs">
        As an app of its own
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {state === 'offered'
          ? 'With a window and an icon of its own. It opens without a connection either way.'
          : 'Your browser’s menu can put it on your home screen or into your dock: look for “Install” or “Add to home screen”. It opens without a connection either way.'}
      </Text>
      {state === 'offered' && (
        <Button
          variant="default"
          leftSection={<IconDeviceMobileDown size={17} />}
          onClick={() => attempt(take())}
        >
          Install
        </Button>
      )}
    </section>
  );
}
