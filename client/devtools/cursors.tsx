import type { ScopeInspection } from '../sync/model.ts';
import { Block } from './block.tsx';

/** How far this device is in each type of each scope. */
export function Cursors({ scopes }: { readonly scopes: readonly ScopeInspection[] }) {
  return (
    <Block title="Cursors" count={scopes.length} empty="No scope is open.">
      <table>
        <thead>
          <tr>
            <th>Scope</th>
            <th>Type</th>
            <th>Position</th>
            <th>Head</th>
            <th>State</th>
          </tr>
        </thead>
        {scopes.map(({ id, epoch, cursors }) => (
          <tbody key={id}>
            {Object.entries(cursors).map(([type, cursor], index, all) => (
              <tr key={type}>
                {index === 0 && (
                  <th scope="rowgroup" rowSpan={all.length} title={`epoch ${epoch ?? 'not known yet'}`}>
                    {id}
                  </th>
                )}
                <td>{type}</td>
                <td>{cursor.position}</td>
                <td>{cursor.head}</td>
                <td>{stateOf(cursor)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Block>
  );
}

function stateOf({ cursor, floor, generation, position, head }: ScopeInspection['cursors'][string]): string {
  if (floor !== null) return `cycle ${generation}`;
  if (cursor === null) return 'to be pulled';
  return position < head ? `${head - position} behind` : 'at its head';
}
