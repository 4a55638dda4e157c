import { openIndexedDb } from '../storage/indexed-db-storage.ts';
import { StorageError, type SyncStorage } from '../sync/storage-port.ts';
import { changeRow } from '../testing/change-row.ts';

declare global {
  interface Window {
    /** Fills the device; see `quota.browser.test.ts`. */
    fillDevice?: () => Promise<Filled>;
    /** What a page that is opened later finds. */
    whatIsLeft?: () => Promise<{ readonly changes: readonly string[]; readonly others: number }>;
  }
}

export interface Filled {
  /** Rows of other queries' results that were saved until there was no room. */
  readonly others: number;
  /** Changes that were answered as stored, the first of them when there was no room any more. */
  readonly stored: readonly string[];
  /** How the first refused write was refused. */
  readonly refusal: { readonly reason: string; readonly message: string };
}

const NAME = 'holdfast/quota//ada';
const OTHERS_BYTES = 512 * 1024;
const CHANGE_BYTES = 256 * 1024;

/** Nothing that can be compressed. */
function noise(length: number): string {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += 65_536)
    crypto.getRandomValues(bytes.subarray(start, start + 65_536));
  return Array.from(bytes, (byte) => String.fromCharCode(32 + (byte % 95))).join('');
}

async function untilRefused(
  write: (index: number) => Promise<unknown>,
): Promise<{ count: number; error: unknown }> {
  for (let count = 0; ; count++) {
    try {
      await write(count);
    } catch (error) {
      return { count, error };
    }
  }
}

async function store(storage: SyncStorage, index: number): Promise<void> {
  const row = {
    ...changeRow({ change: `c${index}`, order: index + 1 }),
    values: { title: noise(CHANGE_BYTES) },
  };
  await storage.write('strict', (tx) => Promise.resolve(tx.putChange(row)));
}

window.fillDevice = async () => {
  const storage = await openIndexedDb(NAME);
  const others = await untilRefused((index) =>
    storage.keyValue.setItem(`others/${index}`, noise(OTHERS_BYTES)),
  );
  const { count, error } = await untilRefused((index) => store(storage, index));
  await storage.close();
  const refusal = error instanceof StorageError ? error : new Error(String(error));
  return {
    others: others.count,
    stored: Array.from({ length: count }, (_, index) => `c${index}`),
    refusal: { reason: 'reason' in refusal ? refusal.reason : refusal.name, message: refusal.message },
  };
};

window.whatIsLeft = async () => {
  const storage = await openIndexedDb(NAME, { mustExist: true });
  const { changes } = await storage.snapshot();
  const found = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => storage.keyValue.getItem(`others/${index}`)),
  );
  await storage.close();
  return { changes: changes.map(({ change }) => change), others: found.filter((row) => row !== null).length };
};
