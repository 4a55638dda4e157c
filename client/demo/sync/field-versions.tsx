import { Text } from '@mantine/core';
import type { Json } from '../../index.ts';
import { fieldName, valueWords } from './change-words.ts';
import classes from './attention.module.css';

interface FieldVersionsProps {
  readonly field: string;
  /** Label and value, in the order they are shown. */
  readonly versions: readonly (readonly [label: string, value: Json | undefined])[];
}

/** What a field holds in each version, side by side. */
export function FieldVersions({ field, versions }: FieldVersionsProps) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {fieldName(field)}
      </Text>
      <dl className={classes.versions}>
        {versions.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{valueWords(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
