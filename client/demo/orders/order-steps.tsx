import { Text, Timeline } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { OrderRowFragment } from '../../generated/documents.ts';
import { readerMoment } from '../shell/reader-time.ts';
import { ORDER_STEPS, statusWords } from './order-words.ts';

/** How far an order has come, and what is still ahead of it. */
export function OrderSteps({ order }: { readonly order: OrderRowFragment }) {
  const isCancelled = order.status === 'CANCELLED';
  const steps = isCancelled ? (['DRAFT', 'CANCELLED'] as const) : ORDER_STEPS;
  const reached = steps.findIndex((step) => step === order.status);
  return (
    <Timeline active={reached} bulletSize={22} lineWidth={2} aria-label="How far it is">
      {steps.map((step, index) => (
        <Timeline.Item
          key={step}
          title={step === 'DRAFT' ? 'Begun' : statusWords(step)}
          aria-current={index === reached ? 'step' : undefined}
          bullet={index <= reached && (step === 'CANCELLED' ? <IconX size={13} /> : <IconCheck size={13} />)}
        >
          <Text size="sm" c="dimmed">
            {timeOf(order, index, reached)}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function timeOf(order: OrderRowFragment, index: number, reached: number): string | null {
  if (index === 0) return readerMoment(order.createdAt);
  return index === reached ? readerMoment(order.updatedAt) : null;
}
