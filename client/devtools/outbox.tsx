import { useFailedWrites, usePendingChanges } from '../react/use-work.ts';
import type { FailedWrite, Inspection, PendingChange } from '../sync/model.ts';
import { attemptsIn, type Attempts } from './attempts.ts';
import { Block } from './block.tsx';
import { clockTime } from './words.ts';

/** What the server has not answered, and what it refused, with how often it was sent. */
export function Outbox({ inspection }: { readonly inspection: Inspection }) {
  const pending = usePendingChanges();
  const failed = useFailedWrites();
  const attempts = attemptsIn(inspection);
  return (
    <Block title="Outbox" count={pending.length + failed.length} empty="Everything is answered.">
      <table>
        <thead>
          <tr>
            <th>Edited</th>
            <th>What</th>
            <th>Scope</th>
            <th>Number</th>
            <th>Sent</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {[...failed, ...pending].map((row) => (
            <Row key={row.change} row={row} attempts={attempts.get(row.change)} />
          ))}
        </tbody>
      </table>
    </Block>
  );
}

interface RowProps {
  readonly row: PendingChange | FailedWrite;
  readonly attempts: Attempts | undefined;
}

function Row({ row, attempts }: RowProps) {
  return (
    <tr>
      <td>{clockTime(row.editedAt)}</td>
      <What row={row} />
      <td>{row.scope}</td>
      <td>{attempts?.number ?? '–'}</td>
      <td>{attempts === undefined || attempts.count === 0 ? '–' : `${attempts.count} ×`}</td>
      {'error' in row ? (
        <td className="bad" title={row.error.message}>
          {row.error.code}
        </td>
      ) : (
        <td>{stateOf(row, attempts)}</td>
      )}
    </tr>
  );
}

/** The record or the operation, and the fields that it names; their values on hovering. */
function What({ row: { ref, operation, values, deleted } }: Pick<RowProps, 'row'>) {
  const fields = [...Object.keys(values), ...(deleted === undefined ? [] : ['deleted'])];
  return (
    <td title={JSON.stringify(operation?.variables ?? values, null, 2)}>
      {ref === null ? operation?.name : `${ref.type} ${ref.id}`}
      {fields.length > 0 && <span className="quiet"> {fields.join(', ')}</span>}
    </td>
  );
}

function stateOf({ heldBy, sent }: PendingChange, attempts: Attempts | undefined): string {
  if (heldBy !== null) return `held by ${heldBy}`;
  if (!sent) return 'waiting';
  return attempts?.error ?? 'under way';
}
