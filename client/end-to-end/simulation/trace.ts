/** What happened in a run, as one number, and as text while somebody reads along. */
export class Trace {
  /** Lines, when they are kept. */
  readonly lines: string[] = [];
  private low = 0xdeadbeef;
  private high = 0x41c6ce57;

  constructor(private readonly isKept = false) {}

  /** Adds an event: two runs of the same events have the same hash. */
  note(text: string): void {
    if (this.isKept) this.lines.push(text);
    let { low, high } = this;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      low = Math.imul(low ^ unit, 2654435761);
      high = Math.imul(high ^ unit, 1597334677);
    }
    this.low = low ^ (high >>> 15);
    this.high = high ^ (low >>> 13);
  }

  get hash(): string {
    return (this.high >>> 0).toString(16).padStart(8, '0') + (this.low >>> 0).toString(16).padStart(8, '0');
  }
}
