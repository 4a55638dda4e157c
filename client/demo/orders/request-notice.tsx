import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconClock } from '@tabler/icons-react';
import { useHoldfast } from '../../react.ts';
import { showProblem } from '../shell/notices.tsx';
import { reasonWords } from '../sync/change-words.ts';
import type { OrderRequest } from './use-order-request.ts';

interface RequestNoticeProps {
  readonly request: OrderRequest;
  /** Edits of the order met: what was asked waits until a person has decided. */
  readonly isHeld: boolean;
}

/** What was asked about an order, and what became of it: it waits, or why it was not accepted and what to do. */
export function RequestNotice({ request, isHeld }: RequestNoticeProps) {
  const { sync } = useHoldfast();
  const isPlacing = request.name === 'PlaceOrder';
  const attempt = (work: Promise<unknown>) => {
    work.catch((error: unknown) => showProblem('This did not work', error));
  };
  if (request.error === null) {
    return (
      <Alert
        variant="default"
        icon={<IconClock size={19} />}
        title={isPlacing ? 'Waiting to be placed' : 'Waiting to be cancelled'}
        role="status"
      >
        Saved on this device. It is sent once, as soon as{' '}
        {isHeld ? 'you have decided which edit of it stands' : 'there is a connection'}
        {isPlacing ? '; then it gets its number and its pieces are put aside.' : '.'}
      </Alert>
    );
  }
  return (
    <Alert
      variant="default"
      color="red"
      icon={<IconAlertTriangle size={19} />}
      title={isPlacing ? 'It could not be placed' : 'It could not be cancelled'}
      role="alert"
    >
      <Text size="sm">{reasonWords(request.error)}</Text>
      <Group gap="xs" mt="sm">
        <Button size="compact-sm" onClick={() => attempt(sync.discard(request.change))}>
          {isPlacing ? 'Change the order' : 'Leave it as it is'}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => attempt(sync.retry(request.change))}>
          Try again
        </Button>
      </Group>
    </Alert>
  );
}
