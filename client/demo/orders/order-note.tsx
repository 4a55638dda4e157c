import { useApolloClient } from '@apollo/client/react';
import { Textarea } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Draft } from '../shell/draft.ts';
import { showProblem } from '../shell/notices.tsx';
import type { Address } from '../shell/route.ts';
import { saveOrder } from './save-order.ts';

const NOTE_MAX = 2000;

interface OrderNoteProps {
  readonly order: Address & { readonly note: string };
}

/** The words stand there once more, to be copied. */
function sayLost(note: string | undefined): void {
  if (note !== undefined) showProblem('The note of the order was not saved', note);
}

/** What is to be said about an order. Saved as it is typed; give it a `key` per order. */
export function OrderNote({ order }: OrderNoteProps) {
  const client = useApolloClient();
  const [draft] = useState(
    () =>
      new Draft<{ readonly note: string }>({
        save: (edits, base) => saveOrder(client, order, { ...edits, base }),
        onError: (error, isNews) => {
          if (isNews) showProblem('Your text could not be saved on this device yet', error);
        },
      }),
  );
  const edits = useSyncExternalStore(draft.subscribe, draft.current);
  const hasFailed = useSyncExternalStore(draft.subscribe, draft.hasFailed);
  useEffect(() => {
    const flush = () => void draft.flush();
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      void draft.flush().then(() => sayLost(draft.unsaved()?.edits.note));
    };
  }, [draft]);
  return (
    <Textarea
      label="Note"
      placeholder="Anything to say about it"
      autosize
      minRows={2}
      maxLength={NOTE_MAX}
      error={hasFailed ? 'Not saved yet' : null}
      value={edits.note ?? order.note}
      onChange={(event) => draft.edit({ note: event.currentTarget.value }, { note: order.note })}
    />
  );
}
