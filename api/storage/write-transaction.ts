import type pg from 'pg';
import type { ChangeError, FieldConflict, Outcome, RecordView } from '../sync/model.ts';
import type { ScopeTransaction } from '../sync/operation-ports.ts';
import type {
  Clocks,
  Culprit,
  DeviceKey,
  SaveBatch,
  StoredReceipt,
  StoredRow,
  TransactionScopes,
  WriteTransaction,
} from '../sync/ports.ts';
import type { Connection } from './connection.ts';
import { isConstraintError, isUniqueViolation } from './database-error.ts';
import { saveStatement } from './save-statement.ts';
import { toRecordsetItem, toStoredRow } from './stored-row.ts';
import type { SyncedTable, SyncedTables } from './synced-table-model.ts';

/** Ends a transaction in which every row was tried by itself: these are the ones that Postgres refused. */
export class CulpritsFound extends Error {
  override readonly name = 'CulpritsFound';

  constructor(readonly culprits: readonly Culprit[]) {
    super(`${culprits.length} rows broke a constraint.`);
  }
}

export interface WriteContext {
  readonly tables: SyncedTables;
  readonly scopes: TransactionScopes;
  /** An expression for the effective epoch. */
  readonly epochSql: string;
  /** True: find out which rows break a constraint, and write nothing (R28). */
  readonly isIsolating: boolean;
}

interface Beginning {
  readonly epoch: string;
  readonly lastSeq: number;
}

/** The statements of one push on one connection, between BEGIN and COMMIT. */
export class PostgresWriteTransaction implements WriteTransaction, ScopeTransaction {
  constructor(
    private readonly connection: Connection,
    private readonly context: WriteContext,
  ) {}

  async begin(device: DeviceKey | null): Promise<Beginning> {
    const found = await this.readDevice(device);
    if (device === null || found.lastSeq !== null || !this.context.scopes.writable) {
      return { ...found, lastSeq: found.lastSeq ?? 0 };
    }
    // Two first pushes of one device: the second one waits here for the first to commit, and is run again (R28).
    await this.connection.query(
      `WITH made AS (
        INSERT INTO holdfast.device (scope, user_id, device_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1
      ) SELECT CASE WHEN EXISTS (SELECT FROM made) THEN 0 ELSE holdfast.met_another() END`,
      [device.scope, device.user, device.device],
    );
    return { epoch: found.epoch, lastSeq: 0 };
  }

  /** Without WRITE access nothing is written, so nothing needs a lock, which the policies would refuse. */
  private async readDevice(
    device: DeviceKey | null,
  ): Promise<{ readonly epoch: string; readonly lastSeq: number | null }> {
    const lock = this.context.scopes.writable ? 'FOR NO KEY UPDATE' : '';
    const [row] = await this.connection.query<{ epoch: string; lastSeq: number | null }>(
      `SELECT ${this.context.epochSql} AS epoch, d.last_seq AS "lastSeq" FROM (VALUES (1)) AS one
        LEFT JOIN LATERAL (SELECT last_seq FROM holdfast.device
          WHERE scope = $1 AND user_id = $2 AND device_id = $3 ${lock}) d ON true`,
      [device?.scope ?? null, device?.user ?? null, device?.device ?? null],
    );
    return row ?? { epoch: '', lastSeq: null };
  }

  async receipts(device: DeviceKey, seqs: readonly number[]): Promise<readonly StoredReceipt[]> {
    const rows = await this.connection.query<{
      seq: number;
      hash: string;
      outcome: Outcome;
      conflicts: readonly FieldConflict[] | null;
      error: ChangeError | null;
    }>(
      `SELECT seq, encode(hash, 'hex') AS hash, outcome, conflicts, error FROM holdfast.receipt
        WHERE scope = $1 AND user_id = $2 AND device_id = $3 AND seq = ANY ($4::bigint[])`,
      [device.scope, device.user, device.device, seqs],
    );
    return rows.map((row) => ({ ...row, conflicts: row.conflicts ?? [] }));
  }

  async rows(type: string, ids: readonly string[], lock: boolean): Promise<readonly StoredRow[]> {
    const table = this.context.tables.of(type);
    const rows = await this.connection.query<RecordView & { readonly clocks: Clocks }>(
      rowsStatement(table, lock),
      [this.context.scopes.scope, ids],
    );
    return rows.map((row) => toStoredRow(table, row));
  }

  async existing(type: string, scope: string, ids: readonly string[]): Promise<readonly string[]> {
    const rows = await this.connection.query<{ id: string }>(
      `SELECT t.id FROM ${this.context.tables.of(type).name} t
        WHERE t.scope = $1 AND t.id = ANY ($2::text[]) AND t.deleted_at IS NULL ORDER BY t.id`,
      [scope, ids],
    );
    return rows.map(({ id }) => id);
  }

  async save(batch: SaveBatch): Promise<{ readonly head: number }> {
    if (this.context.isIsolating) {
      throw new CulpritsFound(await this.findCulprits(batch.writes));
    }
    const { text, values } = this.statementOf(batch);
    const [row] = await this.connection.queryAndCommit<{ base: number }>(text, values);
    return { head: batch.writes.length === 0 ? 0 : (row?.base ?? 0) + batch.writes.length };
  }

  /** Writes rows and goes on; `save` is a push's last step. */
  async store(writes: SaveBatch['writes']): Promise<{ readonly head: number }> {
    const { text, values } = this.statementOf({ writes, device: null, receipts: [] });
    const [row] = await this.connection.query<{ base: number }>(text, values);
    return { head: (row?.base ?? 0) + writes.length };
  }

  private statementOf(batch: SaveBatch): { readonly text: string; readonly values: readonly unknown[] } {
    const { device, receipts, writes } = batch;
    const groups = this.byTable(writes);
    const text = saveStatement({ tables: groups.map(({ table }) => table), hasDevice: device !== null });
    const ofDevice =
      device === null
        ? []
        : [device.user, device.device, device.lastSeq, device.acknowledged, receiptItems(receipts)];
    const items = groups.map(({ rows }) => JSON.stringify(rows));
    const values = [this.context.scopes.scope, writes.length, ...ofDevice, ...items];
    return { text, values };
  }

  private byTable(
    writes: SaveBatch['writes'],
  ): readonly { readonly table: SyncedTable; readonly rows: readonly object[] }[] {
    const groups = new Map<string, object[]>();
    writes.forEach(({ type, row }, at) => {
      const rows = groups.get(type) ?? [];
      groups.set(type, rows);
      rows.push(toRecordsetItem(row, at + 1));
    });
    return [...groups.keys()]
      .sort()
      .map((type) => ({ table: this.context.tables.of(type), rows: groups.get(type) ?? [] }));
  }

  private async findCulprits(writes: SaveBatch['writes']): Promise<readonly Culprit[]> {
    const culprits: Culprit[] = [];
    for (const write of writes) {
      await this.connection.command('SAVEPOINT one');
      try {
        await this.store([write]);
        await this.connection.command('RELEASE SAVEPOINT one');
      } catch (error) {
        if (!isConstraintError(error)) {
          throw error;
        }
        await this.connection.command('ROLLBACK TO SAVEPOINT one');
        culprits.push({ type: write.type, id: write.row.id, ...reasonOf(error) });
      }
    }
    return culprits;
  }
}

/** Ordered like the primary key: that is the index to read, since no plan of ours sorts what an index has in order. */
export function rowsStatement({ name, select }: SyncedTable, lock: boolean): string {
  return `SELECT ${select}, t.clocks FROM ${name} t WHERE t.scope = $1 AND t.id = ANY ($2::text[])
    ORDER BY t.id${lock ? ' FOR NO KEY UPDATE OF t' : ''}`;
}

/** Says nothing of the row that was in the way: it may be one that the viewer does not see. */
export function reasonOf(error: pg.DatabaseError): Pick<Culprit, 'code' | 'message'> {
  return isUniqueViolation(error)
    ? { code: 'ALREADY_EXISTS', message: 'Another record of this scope has these values already.' }
    : { code: 'BAD_INPUT', message: 'The database cannot hold these values.' };
}

function receiptItems(receipts: readonly StoredReceipt[]): string {
  return JSON.stringify(
    receipts.map(({ seq, hash, outcome, conflicts, error }) => ({
      seq,
      hash,
      outcome,
      conflicts: conflicts.length === 0 ? null : conflicts,
      error,
    })),
  );
}
