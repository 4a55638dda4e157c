import { openIndexedDb } from '../storage/indexed-db-storage.ts';
import { storageContract } from '../testing/storage-contract.ts';

declare global {
  interface Window {
    /** Runs one case of the contract on this browser's IndexedDB; null when it holds, else what differed. */
    runContractCase?: (title: string) => Promise<string | null>;
  }
}

let count = 0;

const subject = {
  fresh: () => {
    const name = `contract-${Date.now()}-${count++}`;
    return Promise.resolve(() => openIndexedDb(name));
  },
};

/** Property order does not matter, and an undefined property is an absent one. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const assert = {
  equal(actual: unknown, expected: unknown, message = '') {
    if (canonical(actual) === canonical(expected)) return;
    throw new Error(`${message} expected ${canonical(expected)}, got ${canonical(actual)}`);
  },
};

window.runContractCase = async (title) => {
  try {
    await storageContract.find((one) => one.title === title)?.run(subject, assert);
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
};
