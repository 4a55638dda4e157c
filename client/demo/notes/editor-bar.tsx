import { useApolloClient } from '@apollo/client/react';
import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconBook2, IconPencil, IconPin, IconPinFilled, IconTrash } from '@tabler/icons-react';
import type { RecordState } from '../../index.ts';
import { offerUndo, showProblem } from '../shell/notices.tsx';
import { OpenState, type ShownState } from '../sync/state-label.tsx';
import { saveNote, type NoteRef } from './save-note.ts';
import type { NoteEditing } from './use-note-draft.ts';

interface EditorBarProps {
  readonly noteRef: NoteRef;
  readonly editing: NoteEditing;
  readonly state: RecordState | null | undefined;
  readonly exists: boolean;
  readonly onClose: () => void;
  /** The text is shown as it is meant to be read. */
  readonly isReading: boolean;
  readonly onRead: (isReading: boolean) => void;
}

/** How the open note stands, and what can be done with it. */
export function EditorBar(props: EditorBarProps) {
  const { noteRef, editing, state, exists, onClose } = props;
  const remove = useRemoveNote(noteRef, editing, onClose);
  const { pinned } = editing.shown;
  return (
    <>
      {(exists || editing.hasFailed) && <OpenState state={stateOf(editing, state)} />}
      <Group gap={4} ml="auto" wrap="nowrap">
        <ReadButton isReading={props.isReading} onRead={props.onRead} />
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
    </>
  );
}

/** What is typed and not stored yet is on its way, unless the device refuses it. */
function stateOf({ hasFailed, isSaving }: NoteEditing, state: EditorBarProps['state']): ShownState {
  if (hasFailed) return 'UNSAVED';
  return isSaving ? 'PENDING' : state;
}

function ReadButton({ isReading, onRead }: Pick<EditorBarProps, 'isReading' | 'onRead'>) {
  return (
    <Tooltip label={isReading ? 'Write' : 'Read'}>
      <ActionIcon aria-label="Read as Markdown" aria-pressed={isReading} onClick={() => onRead(!isReading)}>
        {isReading ? <IconPencil size={19} /> : <IconBook2 size={19} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** Deletes at once and offers to take it back. */
function useRemoveNote(ref: NoteRef, { remove }: NoteEditing, onClose: () => void): () => void {
  const client = useApolloClient();
  return () => {
    remove().catch((error: unknown) => showProblem('The note could not be deleted', error));
    onClose();
    offerUndo('Note deleted', () =>
      saveNote(client, ref, { deleted: false }).catch((error: unknown) =>
        showProblem('The note could not be restored', error),
      ),
    );
  };
}
