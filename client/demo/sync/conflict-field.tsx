import { Radio } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Conflict, Json, RecordRef } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import classes from './attention.module.css';
import { fieldName } from './change-words.ts';
import { canChange, startOfBoth, ValueInput } from './value-input.tsx';
import { ValueText } from './value-text.tsx';

interface ConflictFieldProps {
  readonly recordRef: RecordRef;
  readonly field: Conflict['fields'][number];
  readonly onChoose: (value: Json) => void;
}

type Side = 'yours' | 'theirs' | 'own';

/** What a field was, what it is here and what it is elsewhere, side by side; one of them is chosen, or something else is typed. */
export function ConflictField({ recordRef, field, onChoose }: ConflictFieldProps) {
  const { sync } = useHoldfast();
  const { name, yours, theirs } = field;
  const [side, setSide] = useState<Side | null>(null);
  const [own, setOwn] = useState<Json>(() => startOfBoth(name, yours, theirs));
  const canDiffer = canChange(sync, recordRef.type, name);
  const choose = (chosen: Side) => {
    setSide(chosen);
    onChoose({ yours, theirs, own }[chosen]);
  };
  return (
    <Radio.Group
      label={fieldName(name)}
      value={side}
      onChange={(chosen) => choose(chosen as Side)}
      classNames={{ label: classes.fieldName ?? '' }}
    >
      <Sides recordRef={recordRef} field={field} />
      {canDiffer && <Radio mt="sm" size="sm" value="own" label="Something else" />}
      {side === 'own' && (
        <ValueInput
          recordRef={recordRef}
          field={name}
          label={`${fieldName(name)} as it should be`}
          value={own}
          onChange={(value) => {
            setOwn(value);
            onChoose(value);
          }}
        />
      )}
    </Radio.Group>
  );
}

function Sides({ recordRef, field }: Pick<ConflictFieldProps, 'recordRef' | 'field'>) {
  const { name, base, yours, theirs } = field;
  return (
    <div className={classes.sides}>
      <div className={classes.side}>
        <span className={classes.sideName}>Before</span>
        <ValueText recordRef={recordRef} field={name} value={base} />
      </div>
      <SideChoice side="yours" name="Mine">
        <ValueText recordRef={recordRef} field={name} value={yours} before={base} />
      </SideChoice>
      <SideChoice side="theirs" name="Theirs">
        <ValueText recordRef={recordRef} field={name} value={theirs} before={base} />
      </SideChoice>
    </div>
  );
}

interface SideChoiceProps {
  readonly side: Side;
  readonly name: string;
  readonly children: ReactNode;
}

function SideChoice({ side, name, children }: SideChoiceProps) {
  return (
    <Radio.Card className={classes.side ?? ''} value={side} radius="sm">
      <span className={classes.sideName}>
        {name}
        <Radio.Indicator size="xs" />
      </span>
      {children}
    </Radio.Card>
  );
}
