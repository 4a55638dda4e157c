import { Button } from '@mantine/core';
import type { SupersededChange } from '../../index.ts';
import { useHoldfast } from '../../react.ts';
import { readerTimeAgo } from '../shell/reader-time.ts';
import classes from './attention.module.css';
import { fieldName } from './change-words.ts';
import { ValueText } from './value-text.tsx';
import { attempt, WorkCard } from './work-card.tsx';

/** A newer edit won; what it replaced can be brought back. */
export function SupersededCard({ change }: { readonly change: SupersededChange }) {
  const { sync } = useHoldfast();
  const what =
    change.reason === 'SUPERSEDED' ? 'A newer edit took its place' : 'Lost when the server was restored';
  return (
    <WorkCard
      recordRef={change.ref}
      text={`${what}, ${readerTimeAgo(change.at)}.`}
      actions={
        <>
          <Button variant="default" onClick={() => attempt(sync.restore(change.id))}>
            Bring mine back
          </Button>
          <Button variant="subtle" color="gray" onClick={() => attempt(sync.dismiss(change.id))}>
            Let it go
          </Button>
        </>
      }
    >
      {change.fields.map(({ field, yours, theirs }) => (
        <div key={field} className={classes.sides}>
          <div className={classes.side}>
            <span className={classes.sideName}>{fieldName(field)}, mine</span>
            <ValueText recordRef={change.ref} field={field} value={yours} />
          </div>
          <div className={classes.side}>
            <span className={classes.sideName}>{fieldName(field)}, now</span>
            <ValueText recordRef={change.ref} field={field} value={theirs} before={yours} />
          </div>
        </div>
      ))}
    </WorkCard>
  );
}
