import { SyncError } from './errors.ts';
import { isScope } from './limits.ts';

/** What a cursor says (protocol.md, "Words"). `floor` is null outside a cycle. */
export interface Cursor {
  readonly epoch: string;
  readonly scope: string;
  readonly type: string;
  readonly position: number;
  readonly floor: number | null;
}

const FORMAT = '1';
/** A cursor of ours is far shorter; longer text is not even decoded. */
const MAX_LENGTH = 600;

/** An opaque base64url text. Its checksum tells damage, not forgery: a forged cursor opens nothing that access does not. */
export function encodeCursor({ epoch, scope, type, position, floor }: Cursor): string {
  const body = [FORMAT, epoch, scope, type, position, floor ?? ''].join('|');
  return btoa(`${body}|${checksum(body)}`)
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** @throws SyncError BAD_CURSOR when the text is no cursor, or one of another type or scope (R6). */
export function decodeCursor(
  text: string,
  expected: { readonly type: string; readonly scope: string },
): Cursor {
  const cursor = parse(text);
  // The last character can hold bits that mean nothing: only one spelling is ours.
  if (cursor === null || encodeCursor(cursor) !== text) {
    throw new SyncError('BAD_CURSOR', 'NEVER', 'This is no cursor of this server. Pull without a cursor.');
  }
  if (cursor.type !== expected.type || cursor.scope !== expected.scope) {
    throw new SyncError(
      'BAD_CURSOR',
      'NEVER',
      'This cursor belongs to another type or scope. Keep one for each.',
    );
  }
  return cursor;
}

function parse(text: string): Cursor | null {
  if (text.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) {
    return null;
  }
  const plain = decodeBase64(text);
  const end = plain.lastIndexOf('|');
  const body = plain.slice(0, end);
  return end < 0 || checksum(body) !== plain.slice(end + 1) ? null : parseBody(body.split('|'));
}

function parseBody([format, epoch, scope, type, position, floor, ...rest]: readonly string[]): Cursor | null {
  const at = toPosition(position);
  const cycle = floor === '' ? null : toPosition(floor);
  const isWhole = format === FORMAT && rest.length === 0 && epoch && type && isScope(scope);
  return isWhole && at !== undefined && cycle !== undefined
    ? { epoch, scope, type, position: at, floor: cycle }
    : null;
}

function decodeBase64(text: string): string {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}

function toPosition(text: string | undefined): number | undefined {
  const number = Number(text);
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

/** FNV-1a, 32 bit. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
