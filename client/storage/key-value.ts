import { StorageError, type KeyValue } from '../sync/storage-port.ts';
import type { Backend, Mode, Tables } from './tables.ts';

/** The small area for others, in a table of its own. Takes nothing in while `isFull`. What one tick asks for is read together. */
export function keyValueOf(backend: Backend, isFull: () => boolean): KeyValue {
  const inArea = <T>(mode: Mode, work: (tables: Tables) => Promise<T>): Promise<T> =>
    backend.run(mode, work, 'keyValue');
  let reading: Promise<ReadonlyMap<string, unknown>> | undefined;
  let wanted: string[] = [];
  const read = async (): Promise<ReadonlyMap<string, unknown>> => {
    await Promise.resolve();
    const keys = wanted;
    [reading, wanted] = [undefined, []];
    const rows = await inArea('read', (tables) =>
      Promise.all(keys.map((key) => tables.get('keyValue', key))),
    );
    return new Map(rows.map((row, index) => [keys[index] ?? '', row?.value]));
  };
  return {
    getItem: async (key) => {
      wanted.push(key);
      const value = (await (reading ??= read())).get(key);
      return typeof value === 'string' ? value : null;
    },
    setItem: (key, value) =>
      inArea('relaxed', (tables) => {
        if (isFull()) throw new StorageError('QUOTA', 'The device has no room for what can be fetched again');
        return Promise.resolve(tables.put('keyValue', { key, value }));
      }),
    removeItem: (key) => inArea('relaxed', (tables) => Promise.resolve(tables.delete('keyValue', key))),
  };
}
