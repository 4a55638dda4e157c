import type { ChangeError, FieldConflict, Outcome, Values } from './model.ts';
import { PENDING } from './ports.ts';
import type { Clocks, Stamp } from './ports.ts';

/** A record as it stands in a push: as stored, or as earlier changes of the push left it. */
export interface RecordState {
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly values: Values;
  readonly clocks: Clocks;
}

/** A checked change, its time corrected, its version judged against the epoch. */
export interface Edit {
  readonly values: Values;
  readonly base: Values;
  /** `none`: the change creates. `unknown`: of another epoch (R20). */
  readonly version: number | 'none' | 'unknown';
  readonly deleted: boolean | undefined;
  /** Corrected edit time (R25), milliseconds. */
  readonly time: number;
  readonly user: string;
  /** '' when the push names no device. */
  readonly device: string;
  /** Receive time as a canonical string: what `createdAt` and `updatedAt` become. */
  readonly receivedAt: string;
}

export type Resolution =
  | {
      readonly kind: 'accepted';
      readonly outcome: Exclude<Outcome, 'CONFLICT' | 'REJECTED'>;
      readonly conflicts: readonly FieldConflict[];
      /** The same object as before when nothing was altered. */
      readonly state: RecordState | null;
    }
  | { readonly kind: 'conflict'; readonly conflicts: readonly FieldConflict[] }
  | { readonly kind: 'refused'; readonly error: ChangeError };

/** A refusal of one change. */
export function refusal(
  code: ChangeError['code'],
  message: string,
  field: string | null = null,
): Extract<Resolution, { readonly kind: 'refused' }> {
  return { kind: 'refused', error: { code, message, field } };
}

/** The stamp of a field's last change. */
export function stampOf({ clocks }: RecordState, field: string): Stamp {
  return clocks[field] ?? clocks['*'] ?? [0, 0, '', null];
}

/** This edit's stamp over an earlier one; a field's stored time never goes back (R25). A merge has no device (R24). */
export function nextStamp(edit: Edit, before: Stamp, isMerge: boolean): Stamp {
  return [PENDING, Math.max(edit.time, before[1]), edit.user, isMerge ? null : edit.device];
}

/** Whether the edit beats the stamp as the later write; ties by device id, and the same device's later change wins. */
export function isLaterThan(edit: Edit, [, time, , device]: Stamp): boolean {
  return edit.time === time ? edit.device >= (device ?? '') : edit.time > time;
}

/** The version of the row that the device had seen, when that can be told. */
export function seenVersion(edit: Edit, state: RecordState): number | undefined {
  return typeof edit.version === 'number' && edit.version <= state.version ? edit.version : undefined;
}
