import { NumberInput, Textarea } from '@mantine/core';
import type { Json, SyncEngine } from '../../index.ts';

const NUMBERS: readonly string[] = ['int', 'float'];

/** Whether a person can type a value of this field: a text or a number. */
export function canType(sync: SyncEngine, type: string, field: string): boolean {
  const model = sync.manifest.types[type]?.fields[field];
  return model !== undefined && !model.list && (model.kind === 'string' || NUMBERS.includes(model.kind));
}

interface ValueInputProps {
  readonly label: string;
  readonly value: Json;
  readonly onChange: (value: Json) => void;
}

/** Takes a text or a number, whatever the value is now. */
export function ValueInput({ label, value, onChange }: ValueInputProps) {
  if (typeof value === 'number') {
    return <NumberInput label={label} mt="xs" value={value} onChange={(typed) => onChange(Number(typed))} />;
  }
  return (
    <Textarea
      label={label}
      mt="xs"
      autosize
      maxRows={16}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
