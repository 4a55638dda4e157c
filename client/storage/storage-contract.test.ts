import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { storageContract, type ContractSubject } from '../testing/storage-contract.ts';
import { openIndexedDb } from './indexed-db-storage.ts';
import { MemoryDatabase, memoryStorage } from './memory-storage.ts';

const assert = { equal: (actual: unknown, expected: unknown) => expect(actual).toEqual(expected) };
let count = 0;

const subjects: Readonly<Record<string, ContractSubject>> = {
  memory: {
    fresh: () => {
      const database = new MemoryDatabase();
      return Promise.resolve(() => Promise.resolve(memoryStorage(database)));
    },
  },
  'IndexedDB (imitated)': {
    fresh: () => {
      const name = `contract-${count++}`;
      return Promise.resolve(() => openIndexedDb(name));
    },
  },
};

for (const [name, subject] of Object.entries(subjects)) {
  describe(`storage in ${name}`, () => {
    for (const { title, run } of storageContract) test(title, () => run(subject, assert));
  });
}
