import { ActionIcon, Button, Skeleton, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { IconNotes, IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import { useHoldfast, useSyncedList } from '../../react.ts';
import { Problem } from '../shell/problem.tsx';
import type { Route } from '../shell/route.ts';
import { listQuery } from './list-query.ts';
import { NoteList } from './note-list.tsx';
import classes from './note-list.module.css';

const SEARCH_DELAY_MS = 150;

interface NotePaneProps {
  readonly route: Route;
  readonly title: string;
  readonly onNewNote: () => void;
  /** Beside the title, such as a button that opens the menu. */
  readonly before?: ReactNode;
  readonly footer?: ReactNode;
}

/** The list of notes with its search. */
export function NotePane({ route, title, onNewNote, before, footer }: NotePaneProps) {
  const [search, setSearch] = useState('');
  const [settledSearch] = useDebouncedValue(search.trim(), SEARCH_DELAY_MS);
  return (
    <section className={classes.pane} aria-label="List of notes">
      <div className={classes.head}>
        {before}
        <h2 className={classes.headTitle}>{title}</h2>
        <Button size="sm" leftSection={<IconPlus size={17} />} onClick={onNewNote}>
          New note
        </Button>
      </div>
      <SearchField value={search} onChange={setSearch} />
      <FoundNotes route={route} search={settledSearch} onNewNote={onNewNote} />
      {footer}
    </section>
  );
}

interface FoundNotesProps {
  readonly route: Route;
  readonly search: string;
  readonly onNewNote: () => void;
}

function FoundNotes({ route, search, onNewNote }: FoundNotesProps) {
  const { sync } = useHoldfast();
  const { rows, loading, error } = useSyncedList(listQuery(route, search));
  if (error) return <Problem error={error} action={{ label: 'Try again', run: () => sync.requestPull() }} />;
  if (loading) return <ListSkeleton />;
  if (rows.length > 0) return <NoteList notes={rows} route={route} />;
  return search === '' ? <NoNotes onNewNote={onNewNote} /> : <NothingFound search={search} />;
}

function NoNotes({ onNewNote }: { readonly onNewNote: () => void }) {
  return (
    <Problem
      icon={<IconNotes size={32} stroke={1.5} />}
      title="No notes here yet"
      text="Write the first one. It is saved on this device as you type."
      action={{ label: 'Write a note', run: onNewNote }}
    />
  );
}

function NothingFound({ search }: { readonly search: string }) {
  return (
    <Problem
      icon={<IconSearch size={32} stroke={1.5} />}
      title="Nothing found"
      text={`No note here contains “${search}”.`}
    />
  );
}

interface SearchFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function SearchField({ value, onChange }: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([['mod+K', () => field.current?.focus()]], []);
  return (
    <div className={classes.search}>
      <TextInput
        ref={field}
        type="search"
        aria-label="Search notes"
        placeholder="Search"
        leftSection={<IconSearch size={17} aria-hidden="true" />}
        rightSection={
          value !== '' && (
            <ActionIcon size="sm" aria-label="Clear the search" onClick={() => onChange('')}>
              <IconX size={15} />
            </ActionIcon>
          )
        }
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}

const SKELETON_ROWS = [0, 1, 2, 3, 4, 5];

function ListSkeleton() {
  return (
    <Stack p="lg" gap="xl" role="status" aria-label="Loading your notes">
      {SKELETON_ROWS.map((row) => (
        <Stack key={row} gap={8}>
          <Skeleton h={16} w="55%" />
          <Skeleton h={12} w="90%" />
          <Skeleton h={10} w="30%" />
        </Stack>
      ))}
    </Stack>
  );
}
