import { expect, test } from 'vitest';
import type { ScopeHead, Viewer } from '../sync/model.ts';
import { headStream } from './head-stream.ts';

const VIEWER: Viewer = {
  id: 'ada',
  name: 'Ada',
  ownScope: 'user:ada',
  scopes: [
    { id: 'user:ada', access: 'WRITE' },
    { id: 'team:demo', access: 'READ' },
  ],
};

function source() {
  const listeners = new Set<(head: ScopeHead) => void>();
  return {
    listeners,
    listen: (listener: (head: ScopeHead) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    poke: (scope: string, head: number, accessChanged = false) => {
      for (const listener of listeners) listener({ scope, head, accessChanged });
    },
  };
}

test('R30 a slow consumer gets the latest head of each scope, once', async () => {
  const { listen, poke } = source();
  const stream = headStream(listen, VIEWER, undefined)[Symbol.asyncIterator]();
  poke('team:demo', 1);
  poke('user:ada', 7);
  poke('team:demo', 2);
  expect(await stream.next()).toEqual({
    done: false,
    value: { scope: 'team:demo', head: 2, accessChanged: false },
  });
  expect(await stream.next()).toEqual({
    done: false,
    value: { scope: 'user:ada', head: 7, accessChanged: false },
  });
  const next = stream.next();
  poke('team:demo', 3);
  expect((await next).value).toMatchObject({ head: 3 });
});

test('only the scopes asked for come, and news about the own access', async () => {
  const { listen, poke } = source();
  const stream = headStream(listen, VIEWER, ['team:demo'])[Symbol.asyncIterator]();
  poke('user:ada', 1);
  poke('user:ben', 1, true);
  poke('user:ada', 1, true);
  expect((await stream.next()).value).toEqual({ scope: 'user:ada', head: 1, accessChanged: true });
});

test('a change of access is not forgotten when a plain poke follows', async () => {
  const { listen, poke } = source();
  const stream = headStream(listen, VIEWER, undefined)[Symbol.asyncIterator]();
  poke('team:demo', 1, true);
  poke('team:demo', 2);
  expect((await stream.next()).value).toEqual({ scope: 'team:demo', head: 2, accessChanged: true });
});

test('a scope without access is refused, whether it exists or not', () => {
  const { listen } = source();
  expect(() => headStream(listen, VIEWER, ['team:demo', 'team:other'])).toThrow(
    expect.objectContaining({ code: 'SCOPE_FORBIDDEN' }) as Error,
  );
});

test('ending the stream ends a wait under way and the listening', async () => {
  const { listen, listeners } = source();
  const stream = headStream(listen, VIEWER, undefined)[Symbol.asyncIterator]();
  const next = stream.next();
  await stream.return?.();
  expect((await next).done).toBe(true);
  expect(listeners.size).toBe(0);
});
