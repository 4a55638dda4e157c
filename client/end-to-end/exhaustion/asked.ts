import { DeviceStore } from '../../sync/device-store.ts';

interface Asking {
  /** What waits for its turn or has it, by what it was asked for. */
  asked?: unknown[];
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Tells why a store is asked for something, and hears how that ended. */
export interface AskedCalls {
  /** By what a call of this store is asked for now. */
  askedBy(store: object): unknown;
  ended(asked: unknown, value: unknown): void;
}

/**
 * While this work goes on, each device store tells which calls wait for it, in their order: they are part of what it holds, and no
 * object that it points to knows them.
 */
export async function withAskedCalls<T>(calls: AskedCalls, work: () => Promise<T>): Promise<T> {
  const stores = DeviceStore.prototype as unknown as Asking;
  const { inTurn } = stores;
  stores.inTurn = function <V>(this: Asking, call: () => Promise<V>): Promise<V> {
    const asked = (this.asked ??= []);
    const by = calls.askedBy(this);
    asked.push(by);
    const end = (value: unknown): void => {
      asked.shift();
      calls.ended(by, value);
    };
    const told = async (): Promise<V> => {
      try {
        const value = await call();
        end(value);
        return value;
      } catch (error) {
        end(String(error));
        throw error;
      }
    };
    return inTurn.call(this, told) as Promise<V>;
  };
  try {
    return await work();
  } finally {
    stores.inTurn = inTurn;
  }
}
