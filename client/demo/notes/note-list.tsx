import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent } from 'react';
import { routeHref, type Route } from '../shell/route.ts';
import { NoteItem } from './note-item.tsx';
import classes from './note-list.module.css';
import type { NoteRef } from './save-note.ts';

const ITEM_HEIGHT_PX = 104;
const OVERSCAN = 8;

interface NoteListProps {
  readonly notes: readonly NoteRef[];
  readonly route: Route;
}

/** The notes as links; only those in view exist in the page, so ten thousand scroll like ten. */
export function NoteList({ notes, route }: NoteListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: notes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ITEM_HEIGHT_PX,
    getItemKey: (index) => keyOf(notes[index]),
    overscan: OVERSCAN,
  });
  return (
    <div ref={scroller} className={classes.scroller} onKeyDown={moveFocus}>
      <ul className={classes.list} style={{ height: rows.getTotalSize() }} aria-label="Notes">
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const note = notes[index];
          if (note === undefined) return null;
          return (
            <li
              key={key}
              className={classes.row}
              style={{ height: ITEM_HEIGHT_PX, transform: `translateY(${start}px)` }}
              aria-setsize={notes.length}
              aria-posinset={index + 1}
            >
              <NoteItem
                noteRef={note}
                href={routeHref({ ...route, note, isNew: false })}
                isOpen={isSame(note, route.note)}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function keyOf(note: NoteRef | undefined): string {
  return note === undefined ? '' : `${note.scope}/${note.id}`;
}

function isSame(note: NoteRef, open: NoteRef | null): boolean {
  return open !== null && note.id === open.id && note.scope === open.scope;
}

/** Up and down go from note to note; Tab leaves the list as usual. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = document.activeElement?.closest('li');
  const position = Number(row?.getAttribute('aria-posinset') ?? 0) + (event.key === 'ArrowDown' ? 1 : -1);
  const next = event.currentTarget.querySelector<HTMLAnchorElement>(`li[aria-posinset="${position}"] a`);
  if (next === null) return;
  event.preventDefault();
  next.focus();
}
