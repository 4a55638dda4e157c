import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import type { FailedWrite, Json, RecordRef } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import classes from './attention.module.css';
import { fieldName, operationTitle, reasonWords, recordHref } from './change-words.ts';
import { saveJson } from './save-json.ts';
import { canChange, startValue, ValueInput } from './value-input.tsx';
import { ValueText } from './value-text.tsx';
import { attempt, WorkCard } from './work-card.tsx';

/** The server did not accept a change: why, and what a person can do about it. */
export function FailedCard({ failed }: { readonly failed: FailedWrite }) {
  const { sync } = useHoldfast();
  const [isEditing, setEditing] = useState(false);
  const { ref, operation } = failed;
  const about = ref ?? orderOf(failed);
  const editable =
    ref === null ? [] : Object.keys(failed.values).filter((name) => canChange(sync, ref.type, name));
  return (
    <WorkCard
      recordRef={about}
      {...(operation === null ? {} : { title: operationTitle(sync, operation, about) })}
      text={reasonWords(failed.error)}
      actions={
        !isEditing && (
          <FailedActions failed={failed} onEdit={editable.length > 0 ? () => setEditing(true) : null} />
        )
      }
    >
      {ref !== null && !isEditing && <FailedValues recordRef={ref} values={failed.values} />}
      {ref !== null && isEditing && (
        <EditForm recordRef={ref} failed={failed} fields={editable} onDone={() => setEditing(false)} />
      )}
    </WorkCard>
  );
}

interface FailedActionsProps {
  readonly failed: FailedWrite;
  /** Null: there is nothing in it that can be changed here. */
  readonly onEdit: (() => void) | null;
}

function FailedActions({ failed, onEdit }: FailedActionsProps) {
  const { sync } = useHoldfast();
  const { change } = failed;
  const order = orderOf(failed);
  const orderHref = order && recordHref(order);
  const hasBetter = onEdit !== null || orderHref !== null;
  return (
    <>
      {onEdit !== null && <Button onClick={onEdit}>Edit and try again</Button>}
      {orderHref !== null && (
        <Button component="a" href={orderHref}>
          Open the order
        </Button>
      )}
      <Button variant={hasBetter ? 'default' : 'filled'} onClick={() => attempt(sync.retry(change))}>
        Try again
      </Button>
      <Button variant="default" onClick={() => attempt(sync.discard(change))}>
        Discard
      </Button>
      <Button
        variant="default"
        onClick={() =>
          saveJson('not-accepted', order === null ? failed : { ...failed, order: sync.read(order)?.values })
        }
      >
        Export
      </Button>
    </>
  );
}

/** The order that a request is about. */
function orderOf({ operation, scope }: FailedWrite): RecordRef | null {
  const id = operation?.variables['orderId'];
  return typeof id === 'string' ? { type: 'Order', scope, id } : null;
}

interface FailedValuesProps {
  readonly recordRef: RecordRef;
  readonly values: FailedWrite['values'];
}

function FailedValues({ recordRef, values }: FailedValuesProps) {
  return (
    <div className={classes.sides}>
      {Object.entries(values).map(([name, value]) => (
        <div key={name} className={classes.side}>
          <span className={classes.sideName}>{fieldName(name)}</span>
          <ValueText recordRef={recordRef} field={name} value={value} />
        </div>
      ))}
    </div>
  );
}

interface EditFormProps {
  readonly recordRef: RecordRef;
  readonly failed: FailedWrite;
  readonly fields: readonly string[];
  readonly onDone: () => void;
}

/** What the form shows is what is sent. */
function EditForm({ recordRef, failed, fields, onDone }: EditFormProps) {
  const { sync } = useHoldfast();
  const [edits, setEdits] = useState<Readonly<Record<string, Json>>>(() =>
    Object.fromEntries(
      fields.map((name) => [name, startValue(sync, recordRef, { name, value: failed.values[name] ?? null })]),
    ),
  );
  return (
    <Stack gap="xs">
      {fields.map((name) => (
        <ValueInput
          key={name}
          recordRef={recordRef}
          field={name}
          label={fieldName(name)}
          value={edits[name] ?? null}
          onChange={(value) => setEdits((before) => ({ ...before, [name]: value }))}
        />
      ))}
      <div>
        <Button mr="xs" onClick={() => attempt(sync.edit(failed.change, edits))}>
          Send it like this
        </Button>
        <Button variant="subtle" color="gray" onClick={onDone}>
          Back
        </Button>
      </div>
    </Stack>
  );
}
