import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll } from 'vitest';
import { startTestServer, type TestServer } from '../../api/testing/test-server.ts';
import type { Device } from './device.ts';

/** The built web app, which `npm test` makes before the tests run. */
export const WEB_APP = join(import.meta.dirname, '..', 'dist', 'demo');

/** The real API with the web app, until the last test of the file that asks for it has ended. */
export async function serveFieldNotes({ withTeam = false } = {}): Promise<TestServer> {
  const server = await startTestServer({ demo: true, webApp: WEB_APP, withTeam });
  afterAll(() => server.stop());
  return server;
}

/** What a person does in the demo app, in the words on the screen. */
export class FieldNotes {
  private constructor(readonly device: Device) {}

  /** Opens the app and signs in; returns when the first download ended and the app can open offline. */
  static async signIn(device: Device, url: string, name: 'Ada' | 'Ben'): Promise<FieldNotes> {
    await FieldNotes.enter(device, url, name);
    const { page } = device;
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      await window.holdfast?.sync.catchUp();
    });
    // A page that was loaded before the worker took over is not answered by it; the next load is.
    await page.reload();
    await page.getByRole('button', { name: 'New note' }).waitFor();
    return new FieldNotes(device);
  }

  /** Signs in, and waits for nothing but the first screen. */
  static async enter({ page }: Device, url: string, name: 'Ada' | 'Ben'): Promise<void> {
    await page.goto(url);
    await page.getByRole('button', { name }).click();
    await page.getByRole('button', { name: 'New note' }).waitFor();
  }

  /** Writes a note and returns its id once the write is on the device's disk. */
  async writeNote(title: string, content: string): Promise<string> {
    const { page } = this.device;
    await page.getByRole('button', { name: 'New note' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill(title);
    await page.getByRole('textbox', { name: 'Content' }).fill(content);
    await this.item(title).waitFor();
    await this.untilStored(content);
    return page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('note') ?? '');
  }

  /** Puts other text into the open note. */
  async changeContent(content: string): Promise<void> {
    await this.content().fill(content);
    await this.untilStored(content);
  }

  async open(title: string): Promise<void> {
    await this.item(title).click();
    await this.content().waitFor();
  }

  /** The note's entry in the list, by its title. */
  item(title: string): Locator {
    return this.device.page.getByRole('link', { name: title });
  }

  /** The words in the list that say how far a note has come. */
  state(
    title: string,
    words: 'Synced' | 'Waiting to sync' | 'Not accepted' | 'Needs your decision',
  ): Locator {
    return this.item(title).getByText(words);
  }

  /** Returns when nothing waits to be sent, and the list says so. */
  async synced(title: string): Promise<void> {
    await this.device.page.waitForFunction(() => window.holdfast?.sync.pending().length === 0);
    await this.state(title, 'Synced').waitFor();
  }

  content(): Locator {
    return this.device.page.getByRole('textbox', { name: 'Content' });
  }

  status(): Locator {
    return this.device.page.getByRole('status', { name: 'Sync status' });
  }

  /** Returns when the engine's outbox, or what the server confirmed, holds this text. */
  private async untilStored(content: string): Promise<void> {
    await this.device.page.waitForFunction((wanted) => {
      const sync = window.holdfast?.sync;
      const notes = sync?.list({ type: 'Note' });
      if (sync === undefined || notes?.status !== 'ready') return false;
      const isThere = (record: { readonly values: Readonly<Record<string, unknown>> } | null) =>
        record?.values['content'] === wanted;
      return (
        sync.pending().some(isThere) ||
        notes.value.some((ref) => {
          const note = sync.read(ref);
          return note?.state === 'SYNCED' && isThere(note);
        })
      );
    }, content);
  }
}
