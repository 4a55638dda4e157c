import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { use, useEffect, useEffectEvent, useState } from 'react';
import type { SignOutChoice } from '../../index.ts';
import { useHoldfast, useSyncStatus } from '../../react.ts';
import type { StashedEdits } from '../notes/draft-stash.ts';
import { recoverStash } from '../notes/recover-stash.ts';
import { StashContext } from '../notes/stash-context.ts';
import { showProblem } from '../shell/notices.tsx';
import { counted, keepsNothing } from '../sync/describe-status.ts';
import { saveJson } from '../sync/save-json.ts';
import { endSession } from './session.ts';

interface SignOutDialogProps {
  readonly onSignedOut: () => void;
  readonly onStay: () => void;
}

/** Signs out at once when everything is synced; otherwise asks what becomes of the rest. */
export function SignOutDialog({ onSignedOut, onStay }: SignOutDialogProps) {
  const { client, sync, close } = useHoldfast();
  const stash = use(StashContext);
  const [mustAsk, setMustAsk] = useState(false);

  /** Text that the device had no room for counts as unsent work: nothing of it goes unasked. */
  const storeTexts = async (choice?: SignOutChoice) => {
    if (stash === null || (choice !== undefined && choice !== 'sync')) return;
    await recoverStash(client, stash).catch((error: unknown) => {
      if (choice === 'sync') throw error;
    });
  };

  const end = async (choice: SignOutChoice | undefined, texts: readonly StashedEdits[]) => {
    // Whoever wants it synced no longer wants to work offline.
    if (choice === 'sync') await sync.resume();
    const work = await sync.signOut(choice);
    if (choice === 'export') saveJson('unsynced-work', { ...work, texts });
    if (choice !== 'keep') stash?.clear();
  };

  const leave = async (choice?: SignOutChoice) => {
    try {
      await storeTexts(choice);
      const texts = stash?.all() ?? [];
      if (choice === undefined && texts.length > 0) return setMustAsk(true);
      await end(choice, texts);
      await Promise.allSettled([endSession(), close()]);
      onSignedOut();
    } catch (error) {
      if (codeOf(error) === 'UNSENT_WORK') return setMustAsk(true);
      showProblem('Signing out did not work', error);
      onStay();
    }
  };

  const begin = useEffectEvent(() => void leave());
  useEffect(() => begin(), []);
  return (
    <Modal opened={mustAsk} onClose={onStay} title="Some changes are not synced yet" centered>
      <UnsentChoices onChoose={(choice) => void leave(choice)} onStay={onStay} />
    </Modal>
  );
}

interface UnsentChoicesProps {
  readonly onChoose: (choice: SignOutChoice) => void;
  readonly onStay: () => void;
}

function UnsentChoices({ onChoose, onStay }: UnsentChoicesProps) {
  const status = useSyncStatus();
  const texts = use(StashContext)?.all().length ?? 0;
  const { pending, failed, conflicts } = status;
  return (
    <Stack>
      <Text size="sm">
        Only on this device: {counted(pending + failed + conflicts + texts, 'change')}. What should become of
        this?
      </Text>
      <Button onClick={() => onChoose('sync')}>Sync it, then sign out</Button>
      {!keepsNothing(status) && (
        <Button variant="default" onClick={() => onChoose('keep')}>
          Keep it here until I sign in again
        </Button>
      )}
      <Button variant="default" onClick={() => onChoose('export')}>
        Download a copy and sign out
      </Button>
      <Group justify="space-between">
        <Button variant="subtle" color="red" onClick={() => onChoose('wipe')}>
          Delete it
        </Button>
        <Button variant="subtle" color="gray" onClick={onStay}>
          Stay signed in
        </Button>
      </Group>
    </Stack>
  );
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
