import { expect, test } from 'vitest';
import { stepsOf } from './order-words.ts';

const [begun, placed, packed] = ['2026-01-31T12:00:00.000Z', '2026-01-31T13:00:00.000Z', null];

test('an order shows what it went through with its times, and what is still ahead', () => {
  const steps = [
    { status: 'DRAFT', at: begun },
    { status: 'PLACED', at: placed },
    { status: 'PACKED', at: packed },
  ] as const;
  expect(stepsOf({ status: 'PACKED', steps })).toEqual([
    ...steps,
    { status: 'SHIPPED', at: null },
    { status: 'DELIVERED', at: null },
  ]);
});

test('a cancelled order has nothing ahead, however far it was', () => {
  const steps = [
    { status: 'DRAFT', at: begun },
    { status: 'PLACED', at: placed },
  ] as const;
  const cancelled = { status: 'CANCELLED', at: null };
  expect(stepsOf({ status: 'CANCELLED', steps })).toEqual([...steps, cancelled]);
  expect(stepsOf({ status: 'CANCELLED', steps: [] })).toEqual([cancelled]);
});
