import { Refusal } from '../sync/errors.ts';
import type { ChangeError } from '../sync/model.ts';
import type {
  OperationReceipt,
  OperationScopes,
  OperationTransaction,
  ScopeTransaction,
} from '../sync/operation-ports.ts';
import type { DeviceKey } from '../sync/ports.ts';
import type { Connection } from './connection.ts';
import { isConstraintError } from './database-error.ts';
import type { SyncedTables } from './synced-table-model.ts';
import { PostgresWriteTransaction, reasonOf } from './write-transaction.ts';

export interface OperationContext {
  readonly tables: SyncedTables;
  readonly scopes: OperationScopes;
  /** An expression for the effective epoch. */
  readonly epochSql: string;
}

/** The statements of one operation on one connection, between BEGIN and COMMIT. */
export class PostgresOperationTransaction implements OperationTransaction {
  constructor(
    private readonly connection: Connection,
    private readonly context: OperationContext,
  ) {}

  in(scope: string): ScopeTransaction {
    const { tables, epochSql, scopes } = this.context;
    const { user, readable, writable } = scopes;
    return new PostgresWriteTransaction(this.connection, {
      tables,
      epochSql,
      scopes: { user, scope, readable, writable: writable.includes(scope) },
      isIsolating: false,
    });
  }

  async receipt({ scope, user, device }: DeviceKey, seq: number): Promise<OperationReceipt | null> {
    const [row] = await this.connection.query<OperationReceipt & { readonly error: ChangeError | null }>(
      `SELECT seq, encode(hash, 'hex') AS hash, data, error FROM holdfast.receipt
        WHERE scope = $1 AND user_id = $2 AND device_id = $3 AND seq = $4`,
      [scope, user, device, seq],
    );
    return row ?? null;
  }

  async attempt<T>(work: () => Promise<T>): Promise<T> {
    await this.connection.command('SAVEPOINT operation');
    try {
      return await work();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) {
        throw error;
      }
      await this.connection.command('ROLLBACK TO SAVEPOINT operation');
      throw refusal;
    }
  }

  async next(scope: string, name: string): Promise<number> {
    const [row] = await this.connection.query<{ readonly value: number }>(
      `INSERT INTO holdfast.sequence AS s (scope, name, value) VALUES ($1, $2, 1)
        ON CONFLICT (scope, name) DO UPDATE SET value = s.value + 1 RETURNING value`,
      [scope, name],
    );
    return row?.value ?? 0;
  }

  async settle(device: DeviceKey, acknowledged: number, receipt: OperationReceipt): Promise<void> {
    const { seq, hash, data, error } = receipt;
    await this.connection.query(
      `WITH device AS (
        UPDATE holdfast.device SET last_seq = $4::bigint, acknowledged = greatest(acknowledged, $5::bigint)
        WHERE scope = $1 AND user_id = $2 AND device_id = $3
      ), forgotten AS (
        DELETE FROM holdfast.receipt
        WHERE scope = $1 AND user_id = $2 AND device_id = $3 AND seq <= least($5::bigint, $4::bigint)
      )
      INSERT INTO holdfast.receipt (scope, user_id, device_id, seq, hash, outcome, data, error)
      VALUES ($1, $2, $3, $4::bigint, decode($6, 'hex'), $7, $8::json, $9::jsonb)`,
      [
        ...[device.scope, device.user, device.device, seq, acknowledged, hash],
        ...[error === null ? 'APPLIED' : 'REJECTED', JSON.stringify(data)],
        error === null ? null : JSON.stringify(error),
      ],
    );
  }
}

function refusalOf(error: unknown): Refusal | null {
  if (isConstraintError(error)) {
    const { code, message } = reasonOf(error);
    return new Refusal(code, message);
  }
  return error instanceof Refusal ? error : null;
}
