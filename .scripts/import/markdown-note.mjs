// A Markdown file as a note: what its title, text and tags are, and which id it always gets.
import { createHash } from 'node:crypto';

const TITLE_LENGTH = 200;

/** A file that cannot become a note; the message says why. */
export class UnreadableFileError extends Error {}

/**
 * @param {string} path relative to the imported folder, with `/`: the note's id is derived from it alone, so that the
 *   same file is the same note on every machine.
 * @param {Uint8Array} bytes
 * @returns {{ id: string, title: string, content: string, tags: string[] }}
 * @throws {UnreadableFileError}
 */
export function noteOf(path, bytes) {
  const { header, body } = splitFrontMatter(decode(bytes));
  const heading = /^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$/m.exec(withoutCode(body))?.[1];
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(md|markdown)$/i, '');
  return {
    id: `file-${createHash('sha256').update(path).digest('base64url').slice(0, 32)}`,
    title: [...(scalar(header, 'title') ?? heading ?? name)].slice(0, TITLE_LENGTH).join(''),
    content: body,
    tags: [...new Set(list(header, 'tags'))],
  };
}

function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
  } catch {
    throw new UnreadableFileError('is not UTF-8 text');
  }
}

function splitFrontMatter(text) {
  const found = /^---\n([\s\S]*?\n)?---(?:\n|$)/.exec(text);
  return found ? { header: found[1] ?? '', body: text.slice(found[0].length) } : { header: '', body: text };
}

/** A line that begins with # inside a code block is no heading. */
function withoutCode(body) {
  return body.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
}

/** The little of YAML that front matter is made of: `name: value`. */
function scalar(header, name) {
  const value = new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(header)?.[1];
  return value === undefined ? undefined : unquoted(value) || undefined;
}

/** `name: [a, b]`, `name: a, b`, or `- a` on the lines below. */
function list(header, name) {
  const inline = scalar(header, name)?.replace(/^\[(.*)\]$/, '$1');
  const below = new RegExp(`^${name}:[ \\t]*\\n((?:[ \\t]*-[ \\t]+.*\\n)+)`, 'm').exec(header)?.[1];
  const items =
    below === undefined
      ? (inline ?? '').split(',')
      : below.split('\n').map((line) => line.replace(/^\s*-/, ''));
  return items.map(unquoted).filter((item) => item !== '');
}

function unquoted(value) {
  return value.trim().replace(/^(['"])(.*)\1$/, '$2');
}
