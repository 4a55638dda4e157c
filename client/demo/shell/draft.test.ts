import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Draft, type Unsaved } from './draft.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Fields {
  readonly title: string;
  readonly content: string;
  readonly pinned: boolean;
}

const shown: Fields = { title: 'Old', content: '', pinned: false };

/** A draft over a store that can be told to fail or to take its time. */
function setUp(left?: Unsaved<Fields>) {
  const saves: { edits: Partial<Fields>; base: Partial<Fields> }[] = [];
  const errors: boolean[] = [];
  const onStored = vi.fn();
  const store = { answer: (): Promise<void> => Promise.resolve() };
  const draft = new Draft<Fields>({
    save: (edits, base) => {
      saves.push({ edits, base });
      return store.answer();
    },
    onError: (_error, isNews) => errors.push(isNews),
    onStored,
    ...(left === undefined ? {} : { left }),
  });
  return { draft, saves, errors, store, onStored };
}

test('keystrokes are stored together, a moment after the last', async () => {
  const { draft, saves } = setUp();
  draft.edit({ title: 'N' }, shown);
  await vi.advanceTimersByTimeAsync(149);
  draft.edit({ title: 'Ne' }, { ...shown, title: 'N' });
  await vi.advanceTimersByTimeAsync(149);
  expect(saves).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(saves).toEqual([{ edits: { title: 'Ne' }, base: { title: 'Old' } }]);
  expect(draft.current()).toEqual({});
});

test('someone who never stops typing is stored every second', async () => {
  const { draft, saves } = setUp();
  for (let at = 0; at < 50; at += 1) {
    draft.edit({ content: 'x'.repeat(at + 1) }, shown);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(saves).toHaveLength(5);
});

test('what is typed while a save runs is kept, on top of what that save stored', async () => {
  const { draft, saves, store } = setUp();
  let finish: () => void = () => undefined;
  store.answer = () => new Promise((resolve) => (finish = resolve));
  draft.edit({ title: 'New' }, shown);
  const stored = draft.flush();
  await vi.advanceTimersByTimeAsync(0);
  draft.edit({ title: 'Newer' }, { ...shown, title: 'New' });
  finish();
  await stored;
  expect(draft.current()).toEqual({ title: 'Newer' });
  void draft.flush();
  await vi.advanceTimersByTimeAsync(0);
  expect(saves[1]).toEqual({ edits: { title: 'Newer' }, base: { title: 'New' } });
});

test('a save that fails loses nothing and keeps what the person first saw', async () => {
  const { draft, saves, errors, store } = setUp();
  store.answer = () => Promise.reject(new Error('disk full'));
  draft.edit({ title: 'New' }, shown);
  await draft.flush();
  expect(draft.current()).toEqual({ title: 'New' });
  expect(errors).toHaveLength(1);
  store.answer = () => Promise.resolve();
  draft.edit({ pinned: true }, { ...shown, title: 'New' });
  await draft.flush();
  expect(saves[1]).toEqual({
    edits: { title: 'New', pinned: true },
    base: { title: 'Old', pinned: false },
  });
  expect(draft.current()).toEqual({});
});

test('a save that fails is told, and tried again while somebody looks', async () => {
  const { draft, saves, errors, store, onStored } = setUp();
  const stop = draft.subscribe(() => undefined);
  store.answer = () => Promise.reject(new Error('disk full'));
  draft.edit({ title: 'New' }, shown);
  await vi.advanceTimersByTimeAsync(150);
  expect(draft.hasFailed()).toBe(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(saves).toHaveLength(3);
  expect(errors).toEqual([true, false, false]);
  expect(onStored).not.toHaveBeenCalled();
  store.answer = () => Promise.resolve();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(draft.hasFailed()).toBe(false);
  expect(draft.current()).toEqual({});
  expect(onStored).toHaveBeenCalledOnce();
  store.answer = () => Promise.reject(new Error('disk full'));
  stop();
  draft.edit({ title: 'Newest' }, { ...shown, title: 'New' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(saves).toHaveLength(5);
});

test('text whose save is under way is not saved twice, and what was typed meanwhile is saved after it', async () => {
  const { draft, saves, store } = setUp();
  let finish: () => void = () => undefined;
  store.answer = () => new Promise((resolve) => (finish = resolve));
  draft.edit({ content: 'one' }, shown);
  void draft.flush();
  // The page is hidden, and left.
  void draft.flush();
  draft.edit({ content: 'one two' }, { ...shown, content: 'one' });
  const all = draft.flush();
  await vi.advanceTimersByTimeAsync(0);
  expect(saves).toEqual([{ edits: { content: 'one two' }, base: { content: '' } }]);
  draft.edit({ content: 'one two three' }, { ...shown, content: 'one two' });
  void draft.flush();
  void draft.flush();
  store.answer = () => Promise.resolve();
  finish();
  await all;
  await vi.advanceTimersByTimeAsync(0);
  expect(saves.slice(1)).toEqual([{ edits: { content: 'one two three' }, base: { content: 'one two' } }]);
});

test('what is typed while a save fails is saved on the base that the first was typed on', async () => {
  const { draft, saves, store } = setUp();
  let fail: (error: Error) => void = () => undefined;
  store.answer = () => new Promise((_resolve, reject) => (fail = reject));
  draft.edit({ content: 'one' }, shown);
  const first = draft.flush();
  await vi.advanceTimersByTimeAsync(0);
  draft.edit({ content: 'one two' }, { ...shown, content: 'one' });
  const second = draft.flush();
  store.answer = () => Promise.resolve();
  fail(new Error('aborted'));
  await Promise.all([first, second]);
  expect(saves[1]).toEqual({ edits: { content: 'one two' }, base: { content: '' } });
  expect([draft.hasFailed(), draft.current()]).toEqual([false, {}]);
});

test('what is typed back to what is being saved leaves no base behind', async () => {
  const { draft, saves, store } = setUp();
  let finish: () => void = () => undefined;
  store.answer = () => new Promise((resolve) => (finish = resolve));
  draft.edit({ content: 'one' }, shown);
  const stored = draft.flush();
  await vi.advanceTimersByTimeAsync(0);
  draft.edit({ content: 'one two' }, { ...shown, content: 'one' });
  draft.edit({ content: 'one' }, { ...shown, content: 'one two' });
  finish();
  await stored;
  store.answer = () => Promise.resolve();
  draft.edit({ content: 'one, and theirs, too' }, { ...shown, content: 'one, and theirs' });
  await draft.flush();
  expect(saves[1]?.base).toEqual({ content: 'one, and theirs' });
});

test('what was stored otherwise is neither saved again nor unsaved', async () => {
  const { draft, saves, store, onStored } = setUp();
  store.answer = () => Promise.reject(new Error('disk full'));
  draft.edit({ content: 'one' }, shown);
  await draft.flush();
  draft.settle();
  expect([draft.unsaved(), draft.hasFailed()]).toEqual([null, false]);
  expect(onStored).toHaveBeenCalledOnce();
  await draft.flush();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(saves).toHaveLength(1);
});

test('what an earlier draft could not store is shown, and stored on the base it was typed on', async () => {
  const { draft, saves, onStored } = setUp({ edits: { title: 'New' }, base: { title: 'Old' } });
  expect(draft.current()).toEqual({ title: 'New' });
  draft.edit({ title: 'Newer' }, { ...shown, title: 'New' });
  await draft.flush();
  expect(saves).toEqual([{ edits: { title: 'Newer' }, base: { title: 'Old' } }]);
  expect(onStored).toHaveBeenCalledOnce();
});

test('what is being stored still counts as unsaved, on the base it was first typed on', async () => {
  const { draft, store } = setUp();
  let finish: () => void = () => undefined;
  store.answer = () => new Promise((resolve) => (finish = resolve));
  expect(draft.unsaved()).toBeNull();
  draft.edit({ title: 'New' }, shown);
  const stored = draft.flush();
  await vi.advanceTimersByTimeAsync(0);
  draft.edit({ title: 'Newer' }, { ...shown, title: 'New' });
  expect(draft.unsaved()).toEqual({ edits: { title: 'Newer' }, base: { title: 'Old' } });
  finish();
  await stored;
  expect(draft.unsaved()).toEqual({ edits: { title: 'Newer' }, base: { title: 'New' } });
});

test('flushing nothing stores nothing', async () => {
  const { draft, saves } = setUp();
  await draft.flush();
  expect(saves).toEqual([]);
});

test('listeners hear of every change', async () => {
  const { draft } = setUp();
  const heard = vi.fn();
  const stop = draft.subscribe(heard);
  draft.edit({ title: 'New' }, shown);
  await draft.flush();
  stop();
  draft.edit({ title: 'Newer' }, shown);
  expect(heard).toHaveBeenCalledTimes(2);
});
