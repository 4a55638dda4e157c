import { useApolloClient } from '@apollo/client/react';
import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowLeft, IconPin, IconPinFilled, IconTrash } from '@tabler/icons-react';
import type { RecordState } from '../../index.ts';
import { showProblem } from '../shell/notices.ts';
import classes from './note-editor.module.css';
import { NoteState } from './note-state.tsx';
import { saveNote, type NoteRef } from './save-note.ts';
import type { NoteEditing } from './use-note-draft.ts';

interface EditorBarProps {
  readonly noteRef: NoteRef;
  readonly editing: NoteEditing;
  readonly state: RecordState | null | undefined;
  readonly exists: boolean;
  readonly withBack: boolean;
  readonly onClose: () => void;
}

export function EditorBar({ noteRef, editing, state, exists, withBack, onClose }: EditorBarProps) {
  const remove = useRemoveNote(noteRef, editing, onClose);
  const { pinned } = editing.shown;
  return (
    <div className={classes.bar}>
      {withBack && (
        <ActionIcon aria-label="Back to the list" onClick={onClose}>
          <IconArrowLeft size={20} />
        </ActionIcon>
      )}
      <div role="status">{exists && <NoteState state={editing.isSaving ? 'PENDING' : state} />}</div>
      <Group gap={4} ml="auto" wrap="nowrap">
        <Tooltip label={pinned ? 'Unpin' : 'Pin to the top'}>
          <ActionIcon
            aria-label="Pin note"
            aria-pressed={pinned}
            color={pinned ? 'pine' : 'gray'}
            onClick={() => editing.edit({ pinned: !pinned })}
          >
            {pinned ? <IconPinFilled size={19} /> : <IconPin size={19} />}
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Delete">
          <ActionIcon aria-label="Delete note" disabled={!exists} onClick={remove}>
            <IconTrash size={19} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </div>
  );
}

/** Deletes at once and offers to take it back: asking first would be a question too many. */
function useRemoveNote(ref: NoteRef, editing: NoteEditing, onClose: () => void): () => void {
  const client = useApolloClient();
  const setDeleted = (deleted: boolean) =>
    saveNote(client, ref, { deleted }).catch((error: unknown) =>
      showProblem(deleted ? 'The note could not be deleted' : 'The note could not be restored', error),
    );
  const undo = async (notice: string) => {
    notifications.hide(notice);
    await setDeleted(false);
  };
  return () => {
    const notice = `deleted-${ref.scope}-${ref.id}`;
    void editing.flush().then(() => setDeleted(true));
    onClose();
    notifications.show({
      id: notice,
      autoClose: 10_000,
      message: (
        <Group justify="space-between">
          Note deleted
          <Button size="compact-sm" variant="light" onClick={() => void undo(notice)}>
            Undo
          </Button>
        </Group>
      ),
    });
  };
}
