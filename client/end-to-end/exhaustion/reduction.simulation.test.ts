import { expect, test } from 'vitest';
import { Trace } from '../simulation/trace.ts';
import { exhaust, lossesOf, runScope } from './exhaust.ts';
import { Interleavings } from './interleavings.ts';
import { PlainSearch } from './plain-search.ts';
import { SMALL_SCOPES, type SmallScope } from './small-scopes.ts';

/** Every order of everything, one run after the other. */
async function searchPlainly(scope: SmallScope): Promise<{ runs: number; ends: ReadonlySet<string> }> {
  const interleavings = new Interleavings();
  const ends = new Set<string>();
  let runs = 0;
  do {
    runs += 1;
    const trace = new Trace();
    const search = new PlainSearch(interleavings, trace, lossesOf(scope));
    expect(await runScope(scope, trace, search)).toEqual([]);
    if (search.final !== null) ends.add(search.final);
  } while (interleavings.next());
  return { runs, ends };
}

const compared = [
  'one write × crash',
  'one write × loss',
  'one write × another device',
  'leadership × crash',
  'paging × purge',
];

test.each(SMALL_SCOPES.filter(({ name }) => compared.includes(name)))(
  'going through each device by itself ends in the same states as going through everything at once: $name',
  async (scope) => {
    const plain = await searchPlainly(scope);
    const { ends, runs } = await exhaust(scope);
    expect(ends()).toEqual(plain.ends);
    expect(runs).toBeLessThan(plain.runs);
  },
);
