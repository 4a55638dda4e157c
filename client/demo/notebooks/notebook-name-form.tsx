import { Button, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';

const NAME_MAX = 100;

interface NotebookNameFormProps {
  readonly start?: string;
  /** What the button says. */
  readonly action: string;
  readonly onSubmit: (name: string) => void;
}

export function NotebookNameForm({ start = '', action, onSubmit }: NotebookNameFormProps) {
  const [name, setName] = useState(start);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(name.trim());
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
          {action}
        </Button>
      </Stack>
    </form>
  );
}
