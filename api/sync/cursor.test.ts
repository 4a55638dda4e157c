import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const cursors = fc.record({
  epoch: fc.stringMatching(/^[0-9a-f-]{1,30}\.[0-9A-F]{8}$/),
  scope: fc.stringMatching(/^[A-Za-z0-9_:.-]{1,128}$/),
  type: fc.stringMatching(/^[A-Z][A-Za-z0-9_]{0,30}$/),
  position: fc.maxSafeNat(),
  floor: fc.option(fc.maxSafeNat()),
});

describe('cursor', () => {
  it('comes back as it was written, as text that a URL can hold', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        const text = encodeCursor(cursor);
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(text, cursor)).toEqual(cursor);
      }),
    );
  });

  it('R6 any one changed character is refused', () => {
    fc.assert(
      fc.property(cursors, fc.nat(), fc.stringMatching(/^[A-Za-z0-9_-]$/), (cursor, seed, character) => {
        const text = encodeCursor(cursor);
        const at = seed % text.length;
        fc.pre(text[at] !== character);
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        // That the last character of base64 can hold spare bits makes no second spelling.
        expect(() => decodeCursor(changed, cursor)).toThrowError(
          expect.objectContaining({ code: 'BAD_CURSOR' }),
        );
      }),
    );
  });

  it('R6 no text at all makes it throw anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), (text) => {
        expect(() => decodeCursor(text, { type: 'Note', scope: 's' })).toThrowError(
          expect.objectContaining({ code: 'BAD_CURSOR', retry: 'NEVER' }),
        );
      }),
    );
  });

  it('R6 one of another type or scope is refused', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        const text = encodeCursor(cursor);
        expect(() => decodeCursor(text, { ...cursor, type: `${cursor.type}x` })).toThrow();
        expect(() => decodeCursor(text, { ...cursor, scope: `${cursor.scope}x` })).toThrow();
      }),
    );
  });
});
