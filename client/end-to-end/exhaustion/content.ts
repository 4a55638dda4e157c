/**
 * Not part of what is compared: they never change, or are for people to look at, or follow from the rest. The watch over the clock has
 * something to say when somebody sets the clock, which nobody does here.
 */
const ASIDE = new Set(['manifest', 'schema', 'options', 'inspector', 'ports', 'sortedOutbox', 'clockWatch']);

/** Numbers that mean something beside others of their kind only, by the name that they are held under. */
const KINDS: Readonly<Record<string, NumberKind>> = {
  order: 'order',
  seen: 'transaction',
  counter: 'transaction',
};

type NumberKind = 'order' | 'transaction';

/** A number that may be told by another name. */
export interface Numbered {
  readonly kind: NumberKind;
  readonly number: number;
}

export type Piece = string | Numbered;

/**
 * All that an object holds, through everything that it points to: two of the same pieces behave alike. Functions and promises have no
 * content: what they remember has to be told in another way. What has no methods of its own is data, and never altered: where it stands
 * twice it is told twice.
 */
export function piecesOf(root: unknown): readonly Piece[] {
  const telling = new Telling();
  telling.tell(root);
  return telling.end();
}

class Telling {
  private readonly known = new Map<object, number>();
  private readonly pieces: Piece[] = [];
  private text = '';

  tell(value: unknown): void {
    if (typeof value === 'function') this.text += 'f';
    else if (typeof value !== 'object' || value === null) this.text += JSON.stringify(value);
    else if (value instanceof Promise) this.text += 'p';
    else if (DATA.has(Object.getPrototypeOf(value))) this.tellHeld(value);
    else if (this.known.has(value)) this.text += `@${this.known.get(value)}`;
    else {
      this.known.set(value, this.known.size);
      this.tellHeld(value);
    }
  }

  end(): readonly Piece[] {
    this.pieces.push(this.text);
    return this.pieces;
  }

  private tellHeld(value: object): void {
    if (Array.isArray(value) || value instanceof Set) this.tellList(value);
    else if (value instanceof Map) this.tellMap(value);
    else this.tellFields(value as Record<string, unknown>);
  }

  private tellList(list: Iterable<unknown>): void {
    this.text += '[';
    for (const held of list) {
      this.tell(held);
      this.text += ',';
    }
    this.text += ']';
  }

  private tellMap(map: ReadonlyMap<unknown, unknown>): void {
    this.text += 'm[';
    for (const [key, held] of map) {
      this.tell(key);
      this.text += ':';
      this.tell(held);
      this.text += ',';
    }
    this.text += ']';
  }

  private tellFields(fields: Record<string, unknown>): void {
    this.text += '{';
    for (const key in fields) {
      if (ASIDE.has(key)) continue;
      const held = fields[key];
      this.text += `${key}:`;
      if (typeof held === 'number' && key in KINDS) this.tellNumber(key, held);
      else this.tell(held);
      this.text += ',';
    }
    this.text += '}';
  }

  private tellNumber(key: string, number: number): void {
    this.pieces.push(this.text, { kind: KINDS[key] ?? 'order', number });
    this.text = '';
  }
}

const DATA = new Set<unknown>([null, Object.prototype, Array.prototype, Map.prototype, Set.prototype]);

/** With its numbers as they are. */
export function contentOf(root: unknown): string {
  return textOf(piecesOf(root), ({ number }) => number);
}

export function textOf(pieces: readonly Piece[], nameOf: (numbered: Numbered) => number): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : nameOf(piece))).join('');
}
