import { expect, it } from 'vitest';
import type { ChangeInput, DeviceInput } from '../sync/model.ts';
import { openTestEngine } from '../testing/test-engine.ts';
import { entities } from './index.ts';
import { migrations } from './migrations/index.ts';

it('R22 two devices that set one key offline end with one setting, the later push on top, and nothing refused', async () => {
  const api = await openTestEngine({ entities, migrations });
  try {
    const viewer = await api.viewer('ada');
    const set = async (id: string, value: string) => {
      const device: DeviceInput = { id, epoch: undefined, sentAt: Date.now(), acknowledged: 0 };
      const change = { id: 'theme', seq: 1, values: { value }, payload: { value } } as unknown as ChangeInput;
      const answer = await api.engine.push({
        viewer,
        fields: [{ type: 'Setting', scope: undefined, device, changes: [change] }],
      });
      return answer.results.flat();
    };
    expect(await set('phone', 'dark')).toMatchObject([{ outcome: 'APPLIED' }]);
    expect(await set('laptop', 'light')).toMatchObject([
      { outcome: 'MERGED', conflicts: [{ theirs: 'dark', kept: 'YOURS' }], record: { value: 'light' } },
    ]);
    expect(await api.engine.count({ viewer, type: 'Setting', scopes: undefined, filter: undefined })).toBe(1);
  } finally {
    await api.close();
  }
});
