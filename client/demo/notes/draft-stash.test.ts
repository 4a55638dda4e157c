import { expect, test } from 'vitest';
import { manifest } from '../../generated/manifest.ts';
import { createOfflineClient } from '../../index.ts';
import { DraftStash } from './draft-stash.ts';
import { recoverStash } from './recover-stash.ts';

/** What a browser's localStorage does, in memory. */
function shelf() {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index: number) => [...items.keys()][index] ?? null,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

const ref = { scope: 'user:ada', id: 'n1' };

test('what was put there is found again, and the last edits take the place of the ones before', () => {
  const stash = new DraftStash('ada', { shelf: shelf() });
  const before = stash.put({ ref, change: { content: 'a' } });
  stash.put({ ref, change: { content: 'ab', base: { content: '' } } }, before);
  const change = { content: 'ab', base: { content: '' } };
  expect(stash.all()).toMatchObject([{ ref, change }]);
  expect(stash.get(ref)).toMatchObject({ ref, change });
  expect(stash.get({ ...ref, id: 'n2' })).toBeUndefined();
});

test('another account neither sees nor clears it', () => {
  const shared = shelf();
  const [ada, ben] = [new DraftStash('ada', { shelf: shared }), new DraftStash('ben', { shelf: shared })];
  ada.put({ ref, change: { content: 'a' } });
  ben.clear();
  expect(ben.all()).toEqual([]);
  expect(ada.all()).toHaveLength(1);
});

test('removed and cleared edits are gone; an unreadable entry is passed over', () => {
  const shared = shelf();
  const stash = new DraftStash('ada', { shelf: shared });
  const put = stash.put({ ref, change: { content: 'a' } });
  shared.setItem('field-notes.unsaved/ada/x', '{');
  expect(stash.all()).toEqual([put]);
  if (put !== null) stash.remove(put);
  expect(stash.all()).toEqual([]);
  stash.put({ ref, change: { content: 'a' } });
  stash.clear();
  expect(shared.length).toBe(0);
});

test('once the account is closed nothing is taken any more, of no page', () => {
  const shared = shelf();
  let isOpen = true;
  const pages = [1, 2].map(() => new DraftStash('ada', { shelf: shared, isOpen: () => isOpen }));
  pages[0]?.put({ ref, change: { content: 'a' } });
  pages[0]?.clear();
  isOpen = false;
  // An editor that is still open gives up its text only later.
  expect(pages.map((page) => page.put({ ref, change: { content: 'a' } }))).toEqual([null, null]);
  expect(shared.length).toBe(0);
});

test("pages side by side do not take each other's text away", () => {
  const shared = shelf();
  const [one, other] = [new DraftStash('ada', { shelf: shared }), new DraftStash('ada', { shelf: shared })];
  const contents = (): unknown[] => one.all().map(({ change }) => change.content);
  const first = one.put({ ref, change: { content: 'first' } });
  const found = other.get(ref);
  expect(found).toEqual(first);
  one.put({ ref, change: { content: 'first, and more' } }, first);
  if (found !== undefined) other.remove(found);
  expect(contents()).toEqual(['first, and more']);
  other.put({ ref, change: { content: 'second' } }, found);
  expect(contents()).toEqual(['first, and more', 'second']);
});

test('a full shelf is no reason to fail', () => {
  const full = {
    ...shelf(),
    setItem: () => {
      throw new Error('quota');
    },
  };
  expect(() => new DraftStash('ada', { shelf: full }).put({ ref, change: {} })).not.toThrow();
});

test('what cannot be recovered stays, and holds up nothing else', async () => {
  const stash = new DraftStash('ada', { shelf: shelf() });
  const tooLong = { scope: 'user:ada', id: 'n0' };
  stash.put({ ref: tooLong, change: { title: 'x'.repeat(201) } });
  stash.put({ ref, change: { content: 'last words' } });
  // Port 9 answers nobody.
  const uri = 'http://127.0.0.1:9/graphql';
  const { client, sync, close } = await createOfflineClient({
    app: 'stash',
    uri,
    manifest,
    user: { id: 'ada' },
    storage: 'memory',
  });
  await expect(recoverStash(client, stash)).rejects.toThrow('title');
  expect(sync.pending()).toMatchObject([{ ref, values: { content: 'last words' } }]);
  expect(stash.all()).toMatchObject([{ ref: tooLong }]);
  await close();
});
