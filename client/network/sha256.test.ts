import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from './sha256.ts';

test.each(['', 'abc', 'n1:7\nn2:12\n', 'zwölf 🎉', 'x'.repeat(100_000)])(
  'R33 hashes as any other SHA-256 does',
  async (text) => {
    expect(await sha256?.(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
  },
);
