import { useConflicts } from '../react/use-work.ts';
import { Block } from './block.tsx';

/** What waits for a person's decision, side by side. */
export function Conflicts() {
  const conflicts = useConflicts();
  const rows = conflicts.flatMap(({ ref, fields }) => fields.map((field) => ({ ref, ...field })));
  return (
    <Block title="Conflicts" count={conflicts.length} empty="Nobody has to decide anything.">
      <table>
        <thead>
          <tr>
            <th>Record</th>
            <th>Field</th>
            <th>Base</th>
            <th>Yours</th>
            <th>Theirs</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ ref, name, base, yours, theirs }) => (
            <tr key={`${ref.type}/${ref.scope}/${ref.id}/${name}`}>
              <td>{`${ref.type} ${ref.id}`}</td>
              <td>{name}</td>
              {[base, yours, theirs].map((value, index) => (
                <td key={index}>{JSON.stringify(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Block>
  );
}
