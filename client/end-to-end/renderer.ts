import type { Page } from 'playwright-core';
import type { Device } from './device.ts';

/** The operating system's process of one tab. */
export interface Renderer {
  /** Not one instruction of it runs until `thaw`: harder than the browser's own freezing, and as sudden. */
  freeze(): void;
  thaw(): void;
  kill(): void;
}

/** Finds the process by its work: the one whose processor time grows while the page is busy. */
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
  const before = await times();
  await page.evaluate(() => {
    const end = performance.now() + 1_000;
    while (performance.now() < end);
  });
  const grown = [...(await times())].map(([id, time]) => ({ id, grown: time - (before.get(id) ?? 0) }));
  await session.detach();
  const [busiest, next] = grown.sort((a, b) => b.grown - a.grown);
  if (busiest === undefined || busiest.grown < 2 * (next?.grown ?? 0))
    throw new Error('it is not clear which renderer was busy with this page');
  const signal = (name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL') => () => void process.kill(busiest.id, name);
  return { freeze: signal('SIGSTOP'), thaw: signal('SIGCONT'), kill: signal('SIGKILL') };
}
