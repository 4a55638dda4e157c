import { useApolloClient } from '@apollo/client/react';
import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { IconFolderPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { showProblem } from '../shell/notices.tsx';
import { newId } from '../../index.ts';
import { NotebookNameForm } from './notebook-name-form.tsx';
import { saveNotebook } from './save-notebook.ts';
import type { Space } from './space.ts';

interface NewNotebookProps {
  readonly space: Space;
  readonly onCreated: (id: string) => void;
}

/** A button that asks for a name and makes a notebook. */
export function NewNotebook({ space, onCreated }: NewNotebookProps) {
  const [isOpen, setOpen] = useState(false);
  const client = useApolloClient();
  const create = (name: string) => {
    const id = newId();
    saveNotebook(client, { scope: space.scope, id }, { name }).then(
      () => {
        setOpen(false);
        onCreated(id);
      },
      (error: unknown) => showProblem('The notebook could not be made', error),
    );
  };
  const label = `Add a notebook to ${space.name}`;
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-start"
      width={260}
      trapFocus
      shadow="md"
      withArrow
    >
      <Popover.Target>
        <Tooltip label={label}>
          <ActionIcon size={24} aria-label={label} onClick={() => setOpen(!isOpen)}>
            <IconFolderPlus size={17} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <NotebookNameForm action="Create notebook" onSubmit={create} />
      </Popover.Dropdown>
    </Popover>
  );
}
