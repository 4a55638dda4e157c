import type { Core } from './core.ts';
import { EngineError } from './engine-error.ts';
import type { SignOutChoice } from './model.ts';

/**
 * Decides how a user leaves this device: with everything deleted, or with unsent work kept for their return. Once it answers `destroy`
 * no tab accepts a write any more, so that nothing can be written between this question and the deletion. `onLeft` is called when that
 * is stored, before anybody hears of it.
 *
 * @throws EngineError `UNSENT_WORK` when there is work that was not sent and the choice does not say what becomes of it.
 */
export async function leave(
  { store, replica }: Core,
  choice: SignOutChoice | undefined,
  onLeft: () => void,
): Promise<'close' | 'destroy'> {
  const mayLeave = (): void => {
    if (choice === 'export' || choice === 'wipe' || replica.changes().length === 0) return;
    const message = 'There is work that was not sent: choose to sync, keep, export or wipe it';
    throw new EngineError('UNSENT_WORK', 'LATER', message);
  };
  try {
    await store.leave(mayLeave, onLeft);
    return 'destroy';
  } catch (error) {
    if (error instanceof EngineError && choice === 'keep') return 'close';
    if (error instanceof EngineError) throw error;
    // A storage that fails must not keep anybody signed in: what this tab knows has to do.
    mayLeave();
    return 'destroy';
  }
}
