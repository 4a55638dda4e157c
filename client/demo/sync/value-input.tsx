import { NumberInput, Select, Textarea } from '@mantine/core';
import type { Json, RecordRef, SyncEngine } from '../../index.ts';
import { useHoldfast, useSyncedList } from '../../react.ts';
import { linesOfBoth, type Line } from '../orders/cart.ts';
import { recordTitle } from './change-words.ts';
import { LinesInput } from './lines-input.tsx';

const TYPED: readonly string[] = ['string', 'int', 'float'];
const CHOICES_MAX = 1_000;
const NOTHING = '';
const LINES = 'lines';

const modelOf = (sync: SyncEngine, type: string, field: string) => sync.manifest.types[type]?.fields[field];

/** Whether a person can give this field a value here: a text, a number, what it refers to, or what is ordered. */
export function canChange(sync: SyncEngine, type: string, field: string): boolean {
  const model = modelOf(sync, type, field);
  if (model === undefined || model.list) return field === LINES;
  return TYPED.includes(model.kind) || model.references !== undefined;
}

/** The record that a field of this one refers to by this id; null: the field refers to nothing. */
function referredTo(sync: SyncEngine, ref: RecordRef, { name, id }: { name: string; id: string }) {
  const references = modelOf(sync, ref.type, name)?.references;
  if (references === undefined) return null;
  return { type: references.type, scope: references.scope ?? ref.scope, id };
}

/** What a form begins with: a reference to what is not on this device is let go where that is allowed. */
export function startValue(
  sync: SyncEngine,
  ref: RecordRef,
  { name, value }: { readonly name: string; readonly value: Json },
): Json {
  const target = typeof value === 'string' ? referredTo(sync, ref, { name, id: value }) : null;
  const isGone = target !== null && sync.read(target) === undefined;
  return isGone && modelOf(sync, ref.type, name)?.nullable === true ? null : value;
}

/** What "something else" begins with where two edits met: one's own; of an order, what either of them holds. */
export function startOfBoth(field: string, yours: Json, theirs: Json): Json {
  if (field !== LINES) return yours;
  return linesOfBoth(...([yours, theirs] as unknown as [Line[], Line[]])) as unknown as Json;
}

interface ValueInputProps {
  readonly recordRef: RecordRef;
  readonly field: string;
  readonly label: string;
  readonly value: Json;
  readonly onChange: (value: Json) => void;
}

/** Takes a text, a number, a choice of what can be referred to, or amounts, as the field wants it. */
export function ValueInput(props: ValueInputProps) {
  const { recordRef, field, label, value, onChange } = props;
  const { sync } = useHoldfast();
  if (referredTo(sync, recordRef, { name: field, id: NOTHING }) !== null)
    return <ReferenceInput {...props} />;
  if (field === LINES) {
    const lines = value as unknown as readonly Line[];
    return <LinesInput label={label} lines={lines} onChange={(next) => onChange(next as unknown as Json)} />;
  }
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

function ReferenceInput({ recordRef, field, label, value, onChange }: ValueInputProps) {
  const { sync } = useHoldfast();
  const target = referredTo(sync, recordRef, { name: field, id: NOTHING }) ?? recordRef;
  const { rows } = useSyncedList({ type: target.type, scopes: [target.scope], limit: CHOICES_MAX });
  const isOptional = modelOf(sync, recordRef.type, field)?.nullable === true;
  const choices = rows.map(({ scope, id }) => ({
    value: id,
    label: recordTitle(sync, { type: target.type, scope, id }),
  }));
  return (
    <Select
      label={label}
      mt="xs"
      placeholder="Choose one"
      data={isOptional ? [{ value: NOTHING, label: 'None' }, ...choices] : choices}
      value={typeof value === 'string' ? value : NOTHING}
      onChange={(chosen) => onChange(chosen === NOTHING ? null : chosen)}
      allowDeselect={false}
    />
  );
}
