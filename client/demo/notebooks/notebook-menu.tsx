import { useApolloClient } from '@apollo/client/react';
import { ActionIcon, Menu, Modal } from '@mantine/core';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { NotebookRowFragment } from '../../generated/documents.ts';
import { offerUndo, showProblem } from '../shell/notices.tsx';
import { NotebookNameForm } from './notebook-name-form.tsx';
import classes from './notebook-menu.module.css';
import { saveNotebook } from './save-notebook.ts';

interface NotebookMenuProps {
  readonly notebook: NotebookRowFragment;
  readonly onDeleted: () => void;
  /** The notebook's entry, which the menu stands beside. */
  readonly children: ReactNode;
}

/** A notebook's entry with what can be done with it. */
export function NotebookMenu({ notebook, onDeleted, children }: NotebookMenuProps) {
  const [isRenaming, setRenaming] = useState(false);
  const remove = useRemoveNotebook(notebook, onDeleted);
  return (
    <div className={classes.row}>
      {children}
      <Menu position="bottom-end" width={180} shadow="md">
        <Menu.Target>
          <ActionIcon className={classes.button ?? ''} size={24} aria-label={`Change ${notebook.name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setRenaming(true)}>
            Rename
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={remove}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isRenaming} onClose={() => setRenaming(false)} title="Rename the notebook" centered>
        <RenameForm notebook={notebook} onDone={() => setRenaming(false)} />
      </Modal>
    </div>
  );
}

interface RenameFormProps {
  readonly notebook: NotebookRowFragment;
  readonly onDone: () => void;
}

function RenameForm({ notebook, onDone }: RenameFormProps) {
  const client = useApolloClient();
  const rename = (name: string) => {
    saveNotebook(client, notebook, { name }).then(onDone, (error: unknown) =>
      showProblem('The notebook could not be renamed', error),
    );
  };
  return <NotebookNameForm start={notebook.name} action="Rename" onSubmit={rename} />;
}

/** Deletes at once and offers to take it back. Its notes stay, without a notebook. */
function useRemoveNotebook(notebook: NotebookRowFragment, onDeleted: () => void): () => void {
  const client = useApolloClient();
  const setDeleted = (deleted: boolean) =>
    saveNotebook(client, notebook, { deleted }).catch((error: unknown) =>
      showProblem(deleted ? 'The notebook could not be deleted' : 'It could not be restored', error),
    );
  return () => {
    void setDeleted(true);
    onDeleted();
    offerUndo(`Notebook “${notebook.name}” deleted; its notes stay`, () => setDeleted(false));
  };
}
