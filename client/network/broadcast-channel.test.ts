import { expect, test } from 'vitest';
import { createBroadcastTabChannel } from './broadcast-channel.ts';

test('an announcement reaches the other tabs of the same database and not its own', async () => {
  const [mine, other, stranger] = ['db-a', 'db-a', 'db-b'].map(createBroadcastTabChannel);
  const heard: string[] = [];
  mine?.listen(() => heard.push('mine'));
  stranger?.listen(() => heard.push('stranger'));
  await new Promise<void>((resolve) => {
    other?.listen(() => {
      heard.push('other');
      resolve();
    });
    mine?.announce();
  });
  expect(heard).toEqual(['other']);
  [mine, other, stranger].forEach((channel) => channel?.close());
});

test('announcing on a closed channel does nothing', () => {
  const channel = createBroadcastTabChannel('db-c');
  channel.close();
  expect(() => channel.announce()).not.toThrow();
});
