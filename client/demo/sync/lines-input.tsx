import { Group, Input, Stack, Text } from '@mantine/core';
import { useHoldfast } from '../../react.ts';
import { withQuantity, type Line } from '../orders/cart.ts';
import { QuantityStepper } from '../orders/quantity-stepper.tsx';
import { recordTitle } from './change-words.ts';

interface LinesInputProps {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly onChange: (lines: readonly Line[]) => void;
}

/** Takes how many of each product are ordered; none takes it out. */
export function LinesInput({ label, lines, onChange }: LinesInputProps) {
  const { sync } = useHoldfast();
  return (
    <Input.Wrapper label={label} labelElement="div" mt="xs" role="group" aria-label={label}>
      <Stack gap="xs" mt={4}>
        {lines.map(({ productId, quantity, unitPrice }) => {
          const ref = { type: 'Product', scope: 'catalog', id: productId };
          const name = recordTitle(sync, ref);
          return (
            <Group key={productId} justify="space-between" wrap="nowrap">
              <Text size="sm" truncate>
                {name}
              </Text>
              <QuantityStepper
                product={name}
                quantity={quantity}
                max={Number(sync.read(ref)?.values['stock'] ?? 0)}
                onChange={(wanted) =>
                  onChange(withQuantity(lines, { id: productId, price: unitPrice }, wanted))
                }
              />
            </Group>
          );
        })}
      </Stack>
    </Input.Wrapper>
  );
}
