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

test('what was put there is found again, the last edits of a note only', () => {
  const stash = new DraftStash('ada', shelf());
  stash.put({ ref, change: { content: 'a' } });
  stash.put({ ref, change: { content: 'ab', base: { content: '' } } });
  expect(stash.all()).toEqual([{ ref, change: { content: 'ab', base: { content: '' } } }]);
  expect(stash.get(ref)).toEqual({ content: 'ab', base: { content: '' } });
  expect(stash.get({ ...ref, id: 'n2' })).toBeUndefined();
});

test('another account neither sees nor clears it', () => {
  const shared = shelf();
  const [ada, ben] = [new DraftStash('ada', shared), new DraftStash('ben', shared)];
  ada.put({ ref, change: { content: 'a' } });
  ben.clear();
  expect(ben.all()).toEqual([]);
  expect(ada.all()).toHaveLength(1);
});

test('removed and cleared edits are gone; an unreadable entry is passed over', () => {
  const shared = shelf();
  const stash = new DraftStash('ada', shared);
  stash.put({ ref, change: { content: 'a' } });
  shared.setItem('field-notes.unsaved/ada/x', '{');
  expect(stash.all()).toHaveLength(1);
  stash.remove(ref);
  expect(stash.all()).toEqual([]);
  stash.clear();
  // An editor that is still open gives up its text only later.
  stash.put({ ref, change: { content: 'a' } });
  expect(shared.length).toBe(0);
});

test('a full shelf is no reason to fail', () => {
  const full = {
    ...shelf(),
    setItem: () => {
      throw new Error('quota');
    },
  };
  expect(() => new DraftStash('ada', full).put({ ref, change: {} })).not.toThrow();
});

test('what cannot be recovered stays, and holds up nothing else', async () => {
  const stash = new DraftStash('ada', shelf());
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
