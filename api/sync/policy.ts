import type { ConflictSide, Policy } from './model.ts';

/** Which side a policy keeps where no merger decides (R22). */
export function sideOf(policy: Policy, isLater: boolean): ConflictSide {
  switch (policy) {
    case 'lastWriteWins':
    case 'merge':
      return isLater ? 'YOURS' : 'THEIRS';
    case 'serverWins':
      return 'THEIRS';
    case 'clientWins':
      return 'YOURS';
    case 'manual':
      return 'UNDECIDED';
  }
}
