import pg from 'pg';
import { SyncError } from '../sync/errors.ts';

/** The database cannot be asked now; nothing is known to be written. */
export function unavailable(cause: unknown): SyncError {
  const error = new SyncError('UNAVAILABLE', 'LATER', 'The database cannot be reached. Try again later.');
  error.cause = cause;
  return error;
}

/** Serialization failure (`holdfast.met_another()` says it too), deadlock. */
const RERUN = new Set(['40001', '40P01']);
/** Statement timeout, idle in transaction, lock timeout, too many connections, read only (a standby), starting or stopping. */
const AWAY = new Set([
  '57014',
  '25P03',
  '25P04',
  '55P03',
  '53300',
  '25006',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
]);

/** What the driver threw, sorted: errors that are no answer of Postgres mean that the connection is gone. */
export function classify(error: unknown): 'rerun' | 'away' | 'constraint' | 'other' {
  if (!(error instanceof pg.DatabaseError)) {
    return 'away';
  }
  const code = error.code ?? '';
  if (RERUN.has(code)) {
    return 'rerun';
  }
  if (AWAY.has(code) || code.startsWith('08')) {
    return 'away';
  }
  return code.startsWith('22') || code.startsWith('23') ? 'constraint' : 'other';
}

/** Whether Postgres refused a row: its values (class 22) or a constraint (class 23). */
export function isConstraintError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && classify(error) === 'constraint';
}

export function isUniqueViolation(error: pg.DatabaseError): boolean {
  return error.code === '23505';
}
