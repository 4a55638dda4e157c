import { SyncError } from '../sync/errors.ts';
import type { DeviceInput } from '../sync/model.ts';

/** What a request says about its number: `extensions.holdfast { device { id, epoch, acknowledged }, scope, seq }` (R32). */
export interface OperationClaim {
  readonly device: DeviceInput;
  readonly scope: string | undefined;
  readonly seq: number;
}

/**
 * Null when the request claims no number.
 *
 * @throws SyncError BAD_INPUT when it does, and something is missing or of another type.
 */
export function readClaim(extensions: unknown): OperationClaim | null {
  const holdfast = objectAt(extensions, 'holdfast');
  const { seq, device, scope } = holdfast;
  if (seq === undefined && device === undefined) {
    return null;
  }
  const claimed = readDevice(objectAt(holdfast, 'device'));
  if (claimed === null || typeof seq !== 'number' || !isTextOrAbsent(scope)) {
    throw new SyncError(
      'BAD_INPUT',
      'NEVER',
      'An operation with a number needs extensions.holdfast { device: { id, epoch, acknowledged }, scope, seq }.',
    );
  }
  return { device: claimed, scope: scope ?? undefined, seq };
}

/** Operations have no edit time to correct, so when the request left does not matter. */
function readDevice({ id, epoch, acknowledged = 0 }: Readonly<Record<string, unknown>>): DeviceInput | null {
  return typeof id === 'string' && typeof acknowledged === 'number' && isTextOrAbsent(epoch)
    ? { id, epoch: epoch ?? undefined, sentAt: 0, acknowledged }
    : null;
}

function objectAt(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const inner = (value as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  return typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>) : {};
}

function isTextOrAbsent(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}
