import { useFragment } from '@apollo/client/react';
import { Badge, Skeleton } from '@mantine/core';
import { IconPinFilled, IconUsers } from '@tabler/icons-react';
import { NoteRowFragmentDoc, type NoteRowFragment } from '../../generated/documents.ts';
import { useHoldfast } from '../../react.ts';
import { SpaceLabel } from '../notebooks/space-label.tsx';
import { isShared } from '../notebooks/space.ts';
import { readerTime } from '../shell/reader-time.ts';
import classes from './note-list.module.css';
import { StateLabel } from '../sync/state-label.tsx';
import type { NoteRef } from './save-note.ts';

interface NoteItemProps {
  readonly noteRef: NoteRef;
  readonly href: string;
  readonly isOpen: boolean;
}

const SNIPPET_LENGTH = 160;
const TAGS_SHOWN = 2;

/** One note of the list. It watches that note alone. */
export function NoteItem({ noteRef, href, isOpen }: NoteItemProps) {
  const holdfast = useHoldfast();
  const { data, complete } = useFragment({
    fragment: NoteRowFragmentDoc,
    fragmentName: 'NoteRow',
    from: holdfast.ref('Note', noteRef.id, noteRef.scope),
  });
  if (!complete) return <Skeleton h={64} m="sm" />;
  return <FilledItem note={data as NoteRowFragment} href={href} isOpen={isOpen} />;
}

interface FilledItemProps extends Omit<NoteItemProps, 'noteRef'> {
  readonly note: NoteRowFragment;
}

function FilledItem({ note, href, isOpen }: FilledItemProps) {
  return (
    <a className={classes.item} href={href} aria-current={isOpen ? 'true' : undefined}>
      <span className={classes.itemHead}>
        {note.pinned && <IconPinFilled size={14} className={classes.pin} aria-label="Pinned" />}
        <span className={classes.itemTitle}>{note.title || 'Untitled'}</span>
        <time className={classes.time} dateTime={note.updatedAt}>
          {readerTime(note.updatedAt)}
        </time>
      </span>
      <span className={classes.snippet}>{snippetOf(note.content) || 'No text yet'}</span>
      <span className={classes.itemFoot}>
        <StateLabel state={note.syncState} />
        <ItemLabels note={note} />
      </span>
    </a>
  );
}

function ItemLabels({ note }: { readonly note: NoteRowFragment }) {
  return (
    <span className={classes.labels}>
      <PlaceLabel note={note} />
      {note.tags.slice(0, TAGS_SHOWN).map((tag) => (
        <Badge key={tag} className={classes.tag ?? ''} size="sm" variant="default" tt="none" fw={500}>
          {tag}
        </Badge>
      ))}
    </span>
  );
}

/** The notebook if there is one, with a sign that others see it; else the team. */
function PlaceLabel({ note }: { readonly note: NoteRowFragment }) {
  const isOthersToo = isShared(note.scope);
  if (note.notebook === null) return isOthersToo && <SpaceLabel scope={note.scope} />;
  return (
    <span className={classes.place}>
      {isOthersToo && <IconUsers size="1.2em" role="img" aria-label="Shared" />}
      <span className={classes.label}>{note.notebook.name}</span>
    </span>
  );
}

/** Signs of Markdown say nothing in one line of text. */
const MARKS = /\[[ x]\]|[#*_`>|]+|-{2,}|^\s*- /gm;

function snippetOf(content: string): string {
  return content.slice(0, SNIPPET_LENGTH).replace(MARKS, ' ').replace(/\s+/g, ' ').trim();
}
