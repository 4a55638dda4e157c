import { expect, test } from 'vitest';
import { axeFindings, NARROW } from './app-walk.ts';
import { openDevice } from './device.ts';
import { FieldNotes, serveFieldNotes } from './field-notes.ts';
import { shotOf } from './screenshot.ts';

const server = await serveFieldNotes();

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the devtools panel follows an edit from the outbox to the timeline, and forces the device offline (${colorScheme})`, async () => {
    await using device = await openDevice({ colorScheme });
    await FieldNotes.signIn(device, server.url, 'Ada');
    const { page } = device;
    await page.getByRole('button', { name: /Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Inside the sync engine' }).click();
    const panel = page.getByRole('region', { name: 'Holdfast devtools' });
    await panel.getByRole('region', { name: 'Cursors' }).getByText('at its head').first().waitFor();

    await panel.getByRole('checkbox', { name: 'Force offline' }).click();
    await page.waitForFunction(() => window.holdfast?.sync.status().phase === 'paused');
    const id = `seen-${colorScheme}`;
    await page.evaluate(
      (note) => window.holdfast?.sync.write([{ type: 'Note', id: note, values: { title: 'Seen' } }]),
      id,
    );
    const outbox = panel.getByRole('region', { name: 'Outbox' });
    await outbox
      .getByRole('row', { name: `Note ${id}` })
      .getByText('waiting')
      .waitFor();
    await shotOf(page, `devtools-${colorScheme}`);
    expect(await axeFindings(page)).toEqual([]);
    expect(await server.sql('select id from note where id = $1', [id])).toEqual([]);

    await panel.getByRole('checkbox', { name: 'Force offline' }).click();
    await outbox.getByText('Everything is answered.').waitFor();
    const timeline = panel.getByRole('region', { name: 'Timeline' });
    await timeline
      .getByRole('row', { name: /push user:ada 1 change.* ms$/ })
      .first()
      .waitFor();
    expect(await server.sql('select id from note where id = $1', [id])).toHaveLength(1);

    await panel.getByRole('button', { name: 'Check digests' }).click();
    await panel.getByText('user:ada is the same as on the server').waitFor();
    const saved = page.waitForEvent('download');
    await panel.getByRole('button', { name: 'Export' }).click();
    expect((await saved).suggestedFilename()).toMatch(/^holdfast-.*\.json$/);
    await shotOf(page, `devtools-${colorScheme}-after`);

    await page.setViewportSize(NARROW);
    await panel.getByRole('region', { name: 'Cursors' }).getByText('at its head').first().waitFor();
    await shotOf(page, `devtools-${colorScheme}-narrow`);
    expect(await axeFindings(page)).toEqual([]);
  });
}
