import { graphqlRequest } from '../../../api/testing/graphql-request.ts';
import { testToken, type TestApi } from '../../../api/testing/test-server.ts';
import { manifest } from '../../generated/manifest.ts';
import type { Json, Values } from '../../sync/manifest.ts';
import { check } from '../checker/check.ts';
import type { DeviceEvent, LogEvent, Numbered, Placed, ServerEvent } from '../checker/events.ts';

type Sql = TestApi['sql'];

const TABLES: Readonly<Record<string, string>> = {
  note: 'Note',
  notebook: 'Notebook',
  order: 'Order',
  product: 'Product',
  setting: 'Setting',
};

/** What a merger makes of two edits is neither of them. */
const MERGED_FIELDS = new Set(['Note.content', 'Note.tags', 'Product.stock']);

/** One row or receipt as a committed transaction wrote it. */
interface Entry {
  readonly tx: string;
  readonly source: string;
  readonly row: Values;
  /** The scope's head as that transaction leaves it. */
  readonly head: number;
}

/**
 * Has Postgres itself keep a journal of every row and every receipt, in the transaction that writes it: what is overwritten or
 * forgotten later can still be judged, and what was rolled back never shows.
 */
export async function keepJournal(sql: Sql): Promise<void> {
  const triggers = [...Object.keys(TABLES).map((table) => `"${table}"`), 'holdfast.receipt'].map(
    (table) =>
      `CREATE TRIGGER journal AFTER INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION public.journal_entry()`,
  );
  await sql(`
    CREATE TABLE public.journal (id bigserial PRIMARY KEY, tx text NOT NULL, source text NOT NULL, row jsonb NOT NULL, head bigint NOT NULL);
    CREATE FUNCTION public.journal_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        INSERT INTO public.journal (tx, source, row, head) VALUES (
          pg_current_xact_id()::text, TG_TABLE_NAME, to_jsonb(NEW),
          coalesce((SELECT head FROM holdfast.counter WHERE scope = NEW.scope), 0));
        RETURN NULL;
      END $$;
    ${triggers.join(';\n')};
    ${Object.keys(TABLES).map(entriesOfBefore).join(';\n')};`);
}

/** What was there before the journal began, each as it stood. */
function entriesOfBefore(table: string): string {
  return `INSERT INTO public.journal (tx, source, row, head)
    SELECT 'before ' || t.scope, '${table}', to_jsonb(t), t.version FROM "${table}" t`;
}

/** What the checker says of all that these devices and the server, whose journal was kept from the start, did so far. */
export async function violationsOf(
  api: Pick<TestApi, 'url'>,
  sql: Sql,
  devices: readonly LogEvent[],
): Promise<readonly string[]> {
  const server = await readJournal(sql, await epochOf(api), devices);
  const all = check([...server, ...devices], { mergedFields: MERGED_FIELDS });
  return all.map(({ invariant, message }) => `${invariant} ${message}`);
}

async function epochOf(api: Pick<TestApi, 'url'>): Promise<string> {
  const query = 'query { noteDelta(scope: "catalog", limit: 1) { at { epoch } } }';
  const { data } = await graphqlRequest(api, { query, token: await testToken('sam') });
  return (data?.['noteDelta'] as { readonly at: { readonly epoch: string } }).at.epoch;
}

/** The server's part of the log, from the journal; what a change named is what its device sent under its number. */
async function readJournal(
  sql: Sql,
  epoch: string,
  devices: readonly LogEvent[],
): Promise<readonly ServerEvent[]> {
  const entries = await sql<Entry>(
    'SELECT tx, source, row, head::int AS head FROM public.journal ORDER BY id',
  );
  const sent = sentChanges(devices);
  const transactions = new Map<string, Entry[]>();
  for (const entry of entries) {
    const transaction = transactions.get(entry.tx) ?? [];
    transactions.set(entry.tx, transaction);
    transaction.push(entry);
  }
  return [...transactions.values()].flatMap((transaction) => eventsOf(transaction, epoch, sent));
}

/** What a device sent under a number. */
interface Sent {
  readonly key: string;
  readonly named: readonly string[];
}

function sentChanges(log: readonly LogEvent[]): ReadonlyMap<string, Sent> {
  const events = log.filter((event): event is DeviceEvent => event.source === 'device');
  const records = new Map(
    events
      .filter(isPlaced)
      .flatMap(({ change, record }) => (record === undefined ? [] : [[change, record] as const])),
  );
  return new Map(
    events.filter(isNumbered).flatMap((event) => {
      const record = records.get(event.change);
      if (record === undefined) return [];
      const named = Object.keys(JSON.parse(event.payload) as object);
      const key = `${record.type}/${record.id}`;
      return [[`${event.line}/${event.scope}/${event.seq}`, { key, named }] as const];
    }),
  );
}

const isPlaced = (event: DeviceEvent): event is DeviceEvent & Placed => event.kind === 'placed';
const isNumbered = (event: DeviceEvent): event is DeviceEvent & Numbered => event.kind === 'numbered';

function eventsOf(
  entries: readonly Entry[],
  epoch: string,
  sent: ReadonlyMap<string, Sent>,
): readonly ServerEvent[] {
  const receipts = entries.filter(({ source }) => source === 'receipt');
  const changes = receipts.map(({ row }) => sent.get(`${row['device_id']}/${row['scope']}/${row['seq']}`));
  const rows = entries.filter(({ source }) => source !== 'receipt');
  const stored = rows.map(({ source, row }): Extract<ServerEvent, { kind: 'stored' }> => {
    const type = TABLES[source] ?? '';
    const named = changes
      .filter((change) => change?.key === `${type}/${row['id']}`)
      .flatMap((change) => change?.named ?? []);
    // A page that is killed may have sent what nobody heard it number, and its answer may be stored by then.
    const isToldOf = receipts.length > 0 && !changes.includes(undefined);
    const place = { source: 'server', kind: 'stored', epoch, scope: String(row['scope']) } as const;
    const record = {
      type,
      id: String(row['id']),
      version: Number(row['version']),
      deleted: row['deleted_at'] !== null,
    };
    return { ...place, ...record, values: valuesOf(type, row), ...(isToldOf ? { named } : {}) };
  });
  const executed = receipts.map(({ row, head }, at): Extract<ServerEvent, { kind: 'executed' }> => {
    const position = stored.find(({ type, id }) => `${type}/${id}` === changes[at]?.key)?.version;
    const isAccepted = ['APPLIED', 'MERGED', 'SUPERSEDED'].includes(String(row['outcome']));
    return {
      ...{ source: 'server', kind: 'executed', epoch, head, scope: String(row['scope']) },
      ...{ line: String(row['device_id']), seq: Number(row['seq']) },
      outcome: row['outcome'] as 'APPLIED',
      ...(position === undefined || !isAccepted ? {} : { position }),
    };
  });
  return [...stored.sort((a, b) => a.version - b.version), ...executed.sort((a, b) => a.seq - b.seq)];
}

/** Columns are named in snake case. */
function valuesOf(type: string, row: Values): Values {
  const names = Object.keys(manifest.types[type]?.fields ?? {});
  const column = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(names.map((name): [string, Json] => [name, row[column(name)] ?? null]));
}
