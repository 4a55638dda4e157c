import { Text, Timeline } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { OrderRowFragment } from '../../generated/documents.ts';
import { readerMoment } from '../shell/reader-time.ts';
import { statusWords, stepsOf } from './order-words.ts';

/** How far an order has come and when, and what is still ahead of it. */
export function OrderSteps({ order }: { readonly order: OrderRowFragment }) {
  const steps = stepsOf(order);
  const reached = steps.findIndex(({ status }) => status === order.status);
  return (
    <Timeline active={reached} bulletSize={22} lineWidth={2} aria-label="How far it is">
      {steps.map(({ status, at }, index) => (
        <Timeline.Item
          key={status}
          title={status === 'DRAFT' ? 'Begun' : statusWords(status)}
          aria-current={index === reached ? 'step' : undefined}
          bullet={
            index <= reached && (status === 'CANCELLED' ? <IconX size={13} /> : <IconCheck size={13} />)
          }
        >
          <Text size="sm" c="dimmed" component={at === null ? 'span' : 'time'}>
            {at !== null && readerMoment(at)}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
