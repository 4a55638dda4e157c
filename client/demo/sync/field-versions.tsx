import { Text } from '@mantine/core';
import type { Json, RecordRef } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import { fieldName, fieldWords } from './change-words.ts';
import classes from './attention.module.css';

interface FieldVersionsProps {
  readonly recordRef: RecordRef;
  readonly field: string;
  /** Label and value, in the order they are shown. */
  readonly versions: readonly (readonly [label: string, value: Json | undefined])[];
}

/** What a field holds in each version, side by side. */
export function FieldVersions({ recordRef, field, versions }: FieldVersionsProps) {
  const { sync } = useHoldfast();
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {fieldName(field)}
      </Text>
      <dl className={classes.versions}>
        {versions.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{fieldWords(sync, recordRef, { name: field, value })}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
