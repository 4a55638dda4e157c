import { ActionIcon, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useRef } from 'react';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A field for words to search for; Ctrl or ⌘ and K leads there. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([['mod+K', () => field.current?.focus()]], []);
  return (
    <TextInput
      ref={field}
      flex={1}
      type="search"
      aria-label={label}
      placeholder="Search"
      leftSection={<IconSearch size={17} aria-hidden="true" />}
      rightSection={
        value !== '' && (
          <ActionIcon size={24} aria-label="Clear the search" onClick={() => onChange('')}>
            <IconX size={15} />
          </ActionIcon>
        )
      }
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
