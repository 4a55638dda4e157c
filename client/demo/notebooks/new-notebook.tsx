import { useApolloClient } from '@apollo/client/react';
import { ActionIcon, Button, Popover, Stack, TextInput, Tooltip } from '@mantine/core';
import { IconFolderPlus } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { showProblem } from '../shell/notices.ts';
import { createNotebook } from './save-notebook.ts';
import type { Space } from './space.ts';

const NAME_MAX = 100;

interface NewNotebookProps {
  readonly space: Space;
  readonly onCreated: (id: string) => void;
}

/** A button that asks for a name and makes a notebook. */
export function NewNotebook({ space, onCreated }: NewNotebookProps) {
  const [isOpen, setOpen] = useState(false);
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
          <ActionIcon size="sm" aria-label={label} onClick={() => setOpen(!isOpen)}>
            <IconFolderPlus size={17} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <NameForm
          scope={space.scope}
          onCreated={(id) => {
            setOpen(false);
            onCreated(id);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface NameFormProps {
  readonly scope: string;
  readonly onCreated: (id: string) => void;
}

function NameForm({ scope, onCreated }: NameFormProps) {
  const client = useApolloClient();
  const [name, setName] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    createNotebook(client, scope, name.trim()).then(onCreated, (error: unknown) =>
      showProblem('The notebook could not be made', error),
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Notebook name"
          value={name}
          maxLength={NAME_MAX}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Button type="submit" disabled={name.trim() === ''}>
          Create notebook
        </Button>
      </Stack>
    </form>
  );
}
