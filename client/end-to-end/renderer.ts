import type { Page } from 'playwright-core';
import type { Device } from './device.ts';

/** The operating system's process of one tab. */
export interface Renderer {
  /** Not one instruction of it runs until `thaw`: harder than the browser's own freezing, and as sudden. */
  freeze(): void;
  thaw(): void;
  kill(): void;
}

/** Of a processor, in seconds: less says nothing. */
const CLEAR_S = 0.2;
const ROUNDS = 60;

/** Finds the process by its work: the one whose processor time grows while the page is busy, twice in a row. */
export async function rendererOf(device: Device, page: Page): Promise<Renderer> {
  const browser = device.context.browser();
  if (browser === null) throw new Error('this Chromium cannot be asked about its processes');
  const session = await browser.newBrowserCDPSession();
  const times = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return new Map(
      processInfo.filter(({ type }) => type === 'renderer').map(({ id, cpuTime }) => [id, cpuTime]),
    );
  };
  const busiest = async (): Promise<number | null> => {
    const before = await times();
    await page.evaluate(() => {
      const end = performance.now() + 1_000;
      while (performance.now() < end);
    });
    const grown = [...(await times())].map(([id, time]) => ({ id, grown: time - (before.get(id) ?? 0) }));
    const [first, next] = grown.sort((a, b) => b.grown - a.grown);
    const isClear = first !== undefined && first.grown >= Math.max(CLEAR_S, 2 * (next?.grown ?? 0));
    return isClear ? first.id : null;
  };
  let last: number | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const found = await busiest();
    // Twice the same one: a page that the machine let stand is not mistaken for another that loads.
    if (found !== null && found === last) {
      await session.detach();
      const signal = (name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL') => () => void process.kill(found, name);
      return { freeze: signal('SIGSTOP'), thaw: signal('SIGCONT'), kill: signal('SIGKILL') };
    }
    last = found;
  }
  await session.detach();
  throw new Error('it is not clear which renderer was busy with this page');
}
