import { useApolloClient } from '@apollo/client/react';
import { Button, Group, Text } from '@mantine/core';
import { IconArrowRight, IconSend, IconX } from '@tabler/icons-react';
import type { OrderRowFragment } from '../../generated/documents.ts';
import { useSyncStatus } from '../../react.ts';
import { useIsStaff } from '../catalog/use-is-staff.ts';
import { isShared } from '../notebooks/space.ts';
import { offerUndo, showProblem } from '../shell/notices.tsx';
import { problemOf } from './cart.ts';
import { NEXT_STEP } from './order-words.ts';
import { cancelOrder, placeOrder, saveOrder } from './save-order.ts';

type Order = OrderRowFragment;

interface OrderActionsProps {
  readonly order: Order;
  /** The request to place it is on this device's disk. */
  readonly onPlaced?: (() => void) | undefined;
}

/** What can be done with an order now. */
export function OrderActions({ order, onPlaced }: OrderActionsProps) {
  if (order.status !== 'DRAFT') return <PlacedActions order={order} />;
  return <DraftActions order={order} onPlaced={onPlaced} />;
}

/** Reports what could not be stored on the device; everything else is answered later. */
const attempt = (work: Promise<unknown>) => {
  work.catch((error: unknown) => showProblem('This did not work', error));
};

function DraftActions({ order, onPlaced }: OrderActionsProps) {
  const client = useApolloClient();
  const { phase } = useSyncStatus();
  const isOffline = phase === 'offline' || phase === 'paused' || phase === 'waiting';
  const throwAway = () => {
    attempt(saveOrder(client, order, { deleted: true }));
    offerUndo('Order thrown away', () => saveOrder(client, order, { deleted: false }));
  };
  const hasProblem = order.lines.some((line) => problemOf(line, line.product) !== null);
  return (
    <div>
      <Group gap="sm">
        <Button
          leftSection={<IconSend size={17} />}
          disabled={order.lines.length === 0}
          onClick={() => attempt(placeOrder(client, order).then(onPlaced))}
        >
          Place the order
        </Button>
        <Button variant="subtle" color="gray" onClick={throwAway}>
          Throw away
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mt="sm">
        {hasProblem && 'As it stands it will probably not be accepted. '}
        {isOffline
          ? 'You can place it now: it is sent once, as soon as there is a connection, and gets its number then.'
          : 'It gets its number when the server has it.'}
      </Text>
    </div>
  );
}

function PlacedActions({ order }: OrderActionsProps) {
  const client = useApolloClient();
  const isStaff = useIsStaff();
  const next = NEXT_STEP[order.status];
  // An order of one's own is seen by nobody else, so nobody else can move it.
  const canMove = isStaff || !isShared(order.scope);
  const canCancel = order.status === 'PLACED';
  if (!canCancel && !(canMove && next !== undefined)) return null;
  return (
    <Group gap="sm">
      {canMove && next !== undefined && (
        <Button
          leftSection={<IconArrowRight size={17} />}
          onClick={() => attempt(saveOrder(client, order, { status: next.to }))}
        >
          {next.label}
        </Button>
      )}
      {canCancel && (
        <Button
          variant="default"
          leftSection={<IconX size={17} />}
          onClick={() => attempt(cancelOrder(client, order))}
        >
          Cancel the order
        </Button>
      )}
    </Group>
  );
}
