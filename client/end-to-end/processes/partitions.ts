import type { TcpProxy } from '../../../api/testing/tcp-proxy.ts';
import type { BusyShop } from './busy-shop.ts';
import { pause } from './recorded-device.ts';

/** What may happen to a line. Each begins while a request is under way, and leaves the line as it was. */
const FAULTS = {
  /** Every connection breaks; new ones are fine. */
  cut: (line) => line.cut(),
  /** Nobody gets through for a while. */
  blocked: async (line, random) => {
    line.block();
    await pause(random() * 300);
  },
  /** The other side has answered, and nobody hears it. */
  unheard: async (line) => {
    line.hold();
    await heard(line);
    line.cut();
  },
  /** The answer comes, late. */
  held: async (line, random) => {
    line.hold();
    await heard(line);
    await pause(random() * 100);
    line.release();
  },
  slow: async (line, random) => {
    line.delay(20 + random() * 80);
    await pause(200);
  },
  /** An answer that ends in the middle. */
  truncated: async (line, random) => {
    const { truncated } = line.met;
    line.truncate(1 + Math.floor(random() * 400));
    await until(() => line.met.truncated > truncated);
  },
  /** Every request arrives twice, at the same time. */
  doubled: async (line) => {
    const { doubled } = line.met;
    line.double();
    line.cut();
    await until(() => line.met.doubled > doubled + 3);
  },
} as const satisfies Record<string, Fault>;

type Fault = (line: TcpProxy, random: () => number) => void | Promise<void>;
type FaultName = keyof typeof FAULTS;

/** Both ends of Postgres's protocol know their session: what is sent twice there is another session's first words. */
export const PARTITIONS = (Object.keys(FAULTS) as FaultName[]).flatMap((name) =>
  (['toApi', 'toPostgres'] as const)
    .filter((line) => line === 'toApi' || name !== 'doubled')
    .map((line) => ({ line, name })),
);

/** One fault on one line, in the middle of a request; each has its turn. Answers which. */
export async function partition(shop: BusyShop, turn: number): Promise<string> {
  const { lines, random } = shop;
  const { line, name } = PARTITIONS[turn % PARTITIONS.length] ?? { line: 'toApi', name: 'cut' };
  await shop.untilUnderWay(line);
  await FAULTS[name](lines[line], random);
  lines[line].restore();
  return `${line} ${name}`;
}

function heard(line: TcpProxy): Promise<void> {
  return until(() => line.heldBytes > 0);
}

/** Devices never rest: what is waited for comes. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    await pause(2);
    if (performance.now() > deadline) throw new Error(`Nothing came along the line: ${holds.toString()}`);
  }
}
