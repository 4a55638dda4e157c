import { Button } from '@mantine/core';
import { useDebouncedValue, useLocalStorage } from '@mantine/hooks';
import { IconNotes, IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useHoldfast, useSyncedList } from '../../react.ts';
import { ListSkeleton } from '../shell/list-skeleton.tsx';
import { Pane } from '../shell/pane.tsx';
import { Problem } from '../shell/problem.tsx';
import type { Route } from '../shell/route.ts';
import { SearchField } from '../shell/search-field.tsx';
import { listQuery } from './list-query.ts';
import { NoteList } from './note-list.tsx';
import classes from './note-list.module.css';
import { NOTE_ORDERS, type NoteOrder } from './note-order.ts';
import { SortMenu } from './sort-menu.tsx';

const SEARCH_DELAY_MS = 150;

interface NotePaneProps {
  readonly route: Route;
  readonly title: string;
  readonly onNewNote: () => void;
}

/** The list of notes with its search. */
export function NotePane({ route, title, onNewNote }: NotePaneProps) {
  const [search, setSearch] = useState('');
  const [settledSearch] = useDebouncedValue(search.trim(), SEARCH_DELAY_MS);
  const [order, setOrder] = useOrder();
  return (
    <Pane
      label="List of notes"
      title={title}
      actions={
        <Button size="sm" leftSection={<IconPlus size={17} />} onClick={onNewNote}>
          New note
        </Button>
      }
    >
      <div className={classes.search}>
        <SearchField label="Search notes" value={search} onChange={setSearch} />
        <SortMenu order={order} onChange={setOrder} />
      </div>
      <FoundNotes route={route} search={settledSearch} order={order} onNewNote={onNewNote} />
    </Pane>
  );
}

/** Kept on this device: how a person sorts is no business of others. */
function useOrder(): [NoteOrder, (order: NoteOrder) => void] {
  const [stored, setStored] = useLocalStorage<NoteOrder>({
    key: 'field-notes.order',
    defaultValue: 'edited',
    getInitialValueInEffect: false,
  });
  return [stored in NOTE_ORDERS ? stored : 'edited', setStored];
}

interface FoundNotesProps {
  readonly route: Route;
  readonly search: string;
  readonly order: NoteOrder;
  readonly onNewNote: () => void;
}

function FoundNotes({ route, search, order, onNewNote }: FoundNotesProps) {
  const { sync } = useHoldfast();
  const { rows, loading, error } = useSyncedList(listQuery(route, search, order));
  if (error) return <Problem error={error} action={{ label: 'Try again', run: () => sync.requestPull() }} />;
  if (loading) return <ListSkeleton label="Loading your notes" />;
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
