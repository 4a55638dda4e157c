import type { Device } from './device.ts';

/** The operating system's processes of one browser, which all stand in one group. */
export interface BrowserProcess {
  /** Ends them all at the same instant, without a word to any of them; resolves when the last one is gone. */
  kill(): Promise<void>;
}

export async function browserProcessOf(device: Device): Promise<BrowserProcess> {
  const browser = device.context.browser();
  if (browser === null) throw new Error('this Chromium cannot be asked about its processes');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pid = processInfo.find(({ type }) => type === 'browser')?.id;
  if (pid === undefined) throw new Error('this Chromium does not name its first process');
  return {
    async kill() {
      process.kill(-pid, 'SIGKILL');
      while (isThere(pid)) await new Promise((resolve) => setTimeout(resolve, 2));
    },
  };
}

function isThere(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
