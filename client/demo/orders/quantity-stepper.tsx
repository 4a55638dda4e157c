import { ActionIcon, Group, Text } from '@mantine/core';
import { IconMinus, IconPlus, IconTrash } from '@tabler/icons-react';

interface QuantityStepperProps {
  readonly product: string;
  readonly quantity: number;
  /** No more than are left. */
  readonly max: number;
  readonly onChange: (quantity: number) => void;
}

/** One less, how many, one more. */
export function QuantityStepper({ product, quantity, max, onChange }: QuantityStepperProps) {
  const Less = quantity === 1 ? IconTrash : IconMinus;
  return (
    <Group gap={2} wrap="nowrap" role="group" aria-label={`Quantity of ${product}`}>
      <ActionIcon
        variant="default"
        size="md"
        aria-label={quantity === 1 ? `Remove ${product}` : `One less of ${product}`}
        onClick={() => onChange(quantity - 1)}
      >
        <Less size={15} />
      </ActionIcon>
      <Text size="sm" fw={600} ta="center" miw="2.25rem" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {quantity.toLocaleString()}
      </Text>
      <ActionIcon
        variant="default"
        size="md"
        aria-label={`One more of ${product}`}
        disabled={quantity >= max}
        onClick={() => onChange(quantity + 1)}
      >
        <IconPlus size={15} />
      </ActionIcon>
    </Group>
  );
}
