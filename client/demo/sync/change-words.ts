import type { ChangeError, Json, RecordRef, RefusalCode, SyncEngine } from '../../index.ts';

const FIELD_NAMES: Readonly<Record<string, string>> = {
  title: 'Title',
  content: 'Content',
  tags: 'Tags',
  pinned: 'Pinned',
  notebookId: 'Notebook',
  name: 'Name',
  color: 'Colour',
  deleted: 'Deleted',
};

const NOTHING = 'Nothing';

export function fieldName(field: string): string {
  return FIELD_NAMES[field] ?? field;
}

/** A value as a person would say it. */
export function valueWords(value: Json | undefined): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(valueWords).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** As `valueWords`, with names instead of ids. */
export function fieldWords(
  sync: SyncEngine,
  ref: RecordRef,
  field: { name: string; value: Json | undefined },
): string {
  const { name, value } = field;
  if (name !== 'notebookId' || typeof value !== 'string') return valueWords(value);
  const notebook = sync.read({ type: 'Notebook', scope: ref.scope, id: value })?.values['name'];
  return typeof notebook === 'string' ? notebook : 'A notebook that is not here any more';
}

const REASONS: Partial<Record<RefusalCode, string>> = {
  FORBIDDEN: 'You may not change this.',
  GONE: 'It was deleted in the meantime.',
  MISSING_REFERENCE: 'It points to something that does not exist any more.',
  ALREADY_EXISTS: 'There is one like it already.',
  GROUP_REFUSED: 'It was sent together with a change that was not accepted.',
  TOO_LARGE: 'It is too long to be sent.',
  SCOPE_FORBIDDEN: 'You are no longer a member of this team.',
  OUTCOME_UNKNOWN: 'It was sent, but nobody can tell whether it arrived.',
  SEQ_REUSED: 'It was sent, but nobody can tell whether it arrived.',
  STALE_SEQ: 'It was sent, but nobody can tell whether it arrived.',
};

/** Why a change was not accepted. What a rule of the server's own says is passed on as it is. */
export function reasonWords({ code, message, field }: ChangeError): string {
  const reason = REASONS[code];
  if (reason !== undefined) return reason;
  return field === null ? message : `${fieldName(field)}: ${message}`;
}

/** What a record is called: its title or name, as the device shows it. */
export function recordTitle(sync: SyncEngine, ref: RecordRef | null): string {
  if (ref === null) return 'A request of yours';
  const values = sync.read(ref)?.values;
  const title = values?.['title'] ?? values?.['name'];
  const kind = ref.type === 'Notebook' ? 'notebook' : 'note';
  return typeof title === 'string' && title !== '' ? title : `An untitled ${kind}`;
}
