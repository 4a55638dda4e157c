import { routeHref, type Address, type Route } from '../shell/route.ts';
import { WindowedList } from '../shell/windowed-list.tsx';
import { NoteItem } from './note-item.tsx';

const ITEM_HEIGHT_PX = 104;

interface NoteListProps {
  readonly notes: readonly Address[];
  readonly route: Route;
}

/** The notes as links. */
export function NoteList({ notes, route }: NoteListProps) {
  return (
    <WindowedList label="Notes" rows={notes} rowHeightPx={ITEM_HEIGHT_PX}>
      {({ scope, id }) => (
        <NoteItem
          noteRef={{ scope, id }}
          href={routeHref({ ...route, note: { scope, id }, isNew: false })}
          isOpen={route.note?.id === id && route.note.scope === scope}
        />
      )}
    </WindowedList>
  );
}
