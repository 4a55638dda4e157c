import type { Json, RecordRef, SyncEngine } from '../../index.ts';

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

/** What a record is called: its title or name, as the device shows it. */
export function recordTitle(sync: SyncEngine, ref: RecordRef): string {
  const values = sync.read(ref)?.values;
  const title = values?.['title'] ?? values?.['name'];
  const kind = ref.type === 'Notebook' ? 'notebook' : 'note';
  return typeof title === 'string' && title !== '' ? title : `An untitled ${kind}`;
}
