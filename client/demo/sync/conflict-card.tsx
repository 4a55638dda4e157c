import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Conflict, Json } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import { readerTimeAgo } from '../shell/reader-time.ts';
import { ConflictField } from './conflict-field.tsx';
import { attempt, WorkCard } from './work-card.tsx';

/** Two people, or two devices, changed the same thing: a person decides, over all or field by field. */
export function ConflictCard({ conflict }: { readonly conflict: Conflict }) {
  const { sync } = useHoldfast();
  const [chosen, setChosen] = useState<Readonly<Record<string, Json>>>({});
  const isDecided = conflict.fields.every(({ name }) => name in chosen);
  const decide = (decision: Parameters<typeof sync.resolve>[1]) =>
    attempt(sync.resolve(conflict.ref, decision));
  return (
    <WorkCard
      recordRef={conflict.ref}
      text={`Changed here and by somebody else, noticed ${readerTimeAgo(conflict.since)}. Nothing is lost: you say what stands.`}
      actions={
        <>
          {isDecided && <Button onClick={() => decide(chosen)}>Use what I chose</Button>}
          <Button variant={isDecided ? 'default' : 'filled'} onClick={() => decide('yours')}>
            Keep mine
          </Button>
          <Button variant="default" onClick={() => decide('theirs')}>
            Keep theirs
          </Button>
        </>
      }
    >
      {conflict.fields.map((field) => (
        <ConflictField
          key={field.name}
          recordRef={conflict.ref}
          field={field}
          onChoose={(value) => setChosen((before) => ({ ...before, [field.name]: value }))}
        />
      ))}
    </WorkCard>
  );
}
