import { useHoldfast } from '../react/offline-provider.tsx';
import type { Manifest } from '../sync/manifest.ts';
import type { Exchange } from '../sync/model.ts';
import { Block } from './block.tsx';
import { clockTime, countOf } from './words.ts';

const KINDS = ['push', 'pull', 'heads', 'digest'] as const;
const WORDS = { push: '↑ push', pull: '↓ pull', heads: '↓ heads', digest: '= digest' };

/** The last requests, newest first, each with a bar as long as it took. */
export function Timeline({ exchanges }: { readonly exchanges: readonly Exchange[] }) {
  const { documents } = useHoldfast().sync.manifest;
  const longest = Math.max(1, ...exchanges.map(({ tookMs }) => tookMs ?? 0));
  return (
    <Block
      title="Timeline"
      count={exchanges.length}
      empty="This tab has sent nothing: another one leads, or nothing was due."
    >
      <table className="timeline">
        <thead>
          <tr>
            <th>Sent</th>
            <th>What</th>
            <th>Scope</th>
            <th>Carried</th>
            <th>Took</th>
          </tr>
        </thead>
        <tbody>
          {exchanges.map((exchange) => (
            <tr key={exchange.id}>
              <td>{clockTime(exchange.at)}</td>
              <td className="kind">{whatOf(exchange, documents)}</td>
              <td>{exchange.scope ?? 'all'}</td>
              <td>{carried(exchange)}</td>
              <Took exchange={exchange} longest={longest} />
            </tr>
          ))}
        </tbody>
      </table>
    </Block>
  );
}

function Took({
  exchange: { tookMs, error },
  longest,
}: {
  readonly exchange: Exchange;
  readonly longest: number;
}) {
  if (tookMs === null) return <td>…</td>;
  return (
    <td className={error === null ? 'took' : 'took bad'}>
      <i style={{ width: `${(50 * tookMs) / longest}%` }} />
      {`${tookMs} ms${error === null ? '' : ` · ${error}`}`}
    </td>
  );
}

function whatOf({ name }: Exchange, documents: Manifest['documents']): string {
  const kind = KINDS.find((known) => documents[known].name === name);
  // Another document is a queued operation's.
  return kind === undefined ? `↑ ${name}` : WORDS[kind];
}

function carried({ numbers, received }: Exchange): string {
  const parts = numbers.length > 0 ? [countOf(numbers.length, 'change')] : [];
  if (received > 0) parts.push(countOf(received, 'record'));
  return parts.join(' → ');
}
