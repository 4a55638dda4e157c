import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../config.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CONFIG = readFileSync(join(ROOT, 'api', 'config.ts'), 'utf8');
const SETTINGS = [
  ...readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8').matchAll(
    /^\| `([A-Z_]+)` +\| (.+?) +\| (.+?) +\|$/gm,
  ),
].map(([, name = '', fallback = '', meaning = '']) => ({ name, fallback, meaning }));

const TOKENS = {
  HOLDFAST_JWT_SECRET: 'a secret of more than thirty-two bytes',
  HOLDFAST_JWT_ISSUER: 'us',
  HOLDFAST_JWT_AUDIENCE: 'them',
};

test('docs/operations.md lists the settings that are read, each once', () => {
  const read = [...CONFIG.matchAll(/'(HOLDFAST_\w+|PORT|DATABASE_URL)'/g)].map(([, name]) => name);
  expect(SETTINGS.map(({ name }) => name).sort()).toEqual([...new Set(read)].sort());
});

const NUMBERS = SETTINGS.filter(({ fallback }) => /^[\d,]+$/.test(fallback));

test.each(NUMBERS.map(({ name, fallback }) => [name, Number(fallback.replaceAll(',', ''))] as const))(
  '%s is %d when it is not set',
  (name, fallback) => {
    const unset = readConfig(TOKENS);
    expect(readConfig({ ...TOKENS, [name]: String(fallback) })).toEqual(unset);
    const other = fallback === 0 ? 1 : fallback - 1;
    expect(readConfig({ ...TOKENS, [name]: String(other) })).not.toEqual(unset);
  },
);

test('the numbers among the defaults say their unit in their name or are counts', () => {
  expect(NUMBERS.length).toBeGreaterThan(15);
  for (const { name } of NUMBERS) {
    expect(name).toMatch(
      /_(MS|BYTES|DAYS|TOKENS|PER_SECOND|PER_USER|CONNECTIONS|SUBSCRIPTIONS|SIZE)$|^PORT$/,
    );
  }
});
