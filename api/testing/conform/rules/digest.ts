import { createHash } from 'node:crypto';
import { checkTypes } from '../check.ts';
import { expectEqual, NotObservable } from '../expect.ts';
import type { Check } from '../check.ts';
import type { WireRecord } from '../wire.ts';
import type { TypeInUse, World } from '../world.ts';
import { itemAt } from '../world.ts';

const TRIES = 5;

interface Digest {
  readonly type: string;
  readonly count: number;
  readonly sha256: string;
  readonly head: number;
}

/** Of the live records, as a device computes it (R33). Ids are ASCII, so the order of code units is that of bytes. */
function digestOf(records: readonly WireRecord[]): Pick<Digest, 'count' | 'sha256'> {
  const last = new Map(records.map((record) => [record.id, record]));
  const live = [...last.values()].filter(({ deletedAt }) => deletedAt === null);
  const lines = live.sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, version }) => `${id}:${version}\n`);
  return { count: live.length, sha256: createHash('sha256').update(lines.join('')).digest('hex') };
}

async function matchesTheRecords(world: World, type: TypeInUse): Promise<void> {
  const { actor, scope } = type.place;
  const query = 'query ($scope: ID!) { scopeDigest(scope: $scope) { type count sha256 head } }';
  await world.create(world.device(type.place), type);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { pages, records } = await world.pullAll(type.place, {});
    const head = itemAt(Object.values(itemAt(pages, pages.length - 1)), 0).at.head;
    const data = await world.wire.ask(actor, { query, variables: { scope } });
    const digest = (data['scopeDigest'] as readonly Digest[]).find(
      (candidate) => candidate.type === type.name,
    );
    if (digest?.head === head) {
      const { count, sha256 } = digest;
      expectEqual({ count, sha256 }, digestOf(records[type.name] ?? []), 'the digest');
      return;
    }
  }
  throw new NotObservable('others write all the time: no digest was read at the head of a download');
}

export const digestChecks: readonly Check[] = [
  checkTypes('R33', 'the digest is that of the live records at its head', matchesTheRecords),
];
