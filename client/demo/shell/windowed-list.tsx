import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { Address } from './route.ts';
import classes from './windowed-list.module.css';

const OVERSCAN = 8;

interface WindowedListProps<Row extends Address> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly rowHeightPx: number;
  readonly children: (row: Row) => ReactNode;
}

/** A list of which only the rows in view exist in the page, so ten thousand scroll like ten. */
export function WindowedList<Row extends Address>({
  label,
  rows,
  rowHeightPx,
  children,
}: WindowedListProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    getItemKey: (index) => keyOf(rows[index]),
    overscan: OVERSCAN,
    // Until the list is measured: its rows are drawn with it, in the same slices.
    initialRect: { width: 0, height: window.innerHeight },
  });
  return (
    <div ref={scroller} className={classes.scroller} onKeyDown={moveFocus}>
      <ul className={classes.list} style={{ height: shown.getTotalSize() }} aria-label={label}>
        {shown.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li
              key={key}
              className={classes.row}
              style={{ height: rowHeightPx, transform: `translateY(${start}px)` }}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
            >
              {children(row)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function keyOf(row: Address | undefined): string {
  return row === undefined ? '' : `${row.scope}/${row.id}`;
}

/** Up and down go from row to row; Tab leaves the list as usual. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = document.activeElement?.closest('li');
  const position = Number(row?.getAttribute('aria-posinset') ?? 0) + (event.key === 'ArrowDown' ? 1 : -1);
  const next = event.currentTarget.querySelector<HTMLElement>(
    `li[aria-posinset="${position}"] :is(a, button)`,
  );
  if (next === null) return;
  event.preventDefault();
  next.focus();
}
