import type { Conductor } from './conductor.ts';
import type { Core } from './core.ts';
import { findHeld } from './held.ts';
import type { Unsubscribe } from './model.ts';

/** Asks the background to send what this page may not live to send: unsent work when it hides, or when nothing can be reached. */
export class Background {
  private stopListening: Unsubscribe = () => undefined;
  /** Since there was nothing unsent. */
  private isAskedFor = false;

  constructor(
    private readonly core: Core,
    private readonly conductor: Conductor,
  ) {}

  start(onChange: () => void): void {
    const { background, host } = this.core.ports;
    const onHidden = () => {
      // Asked for once more each time: the browser gives up on a wish that failed too often.
      if (this.hasUnsent()) this.ask(this.isAskedFor || !this.conductor.isLeader);
    };
    const stops = [background?.listen(onChange), host.listen((event) => event === 'hidden' && onHidden())];
    this.stopListening = () => stops.forEach((stop) => stop?.());
  }

  /** Looks at what changed: called after every turn. The leader asks for all. */
  check(): void {
    const { isLeader, isReachable, state } = this.conductor;
    const isStuck = isLeader && (!isReachable || state === 'offline');
    if (!isStuck && !this.isAskedFor) return;
    if (!this.hasUnsent()) this.isAskedFor = false;
    // An earlier page may have asked.
    else if (!this.isAskedFor) this.ask(true);
  }

  stop(): void {
    this.stopListening();
  }

  private ask(isRenewal: boolean): void {
    this.core.ports.background?.request(isRenewal);
    this.isAskedFor = true;
  }

  /** Something that a worker could send: what waits for a person is not, and must not make a wish of today one of yesterday. */
  private hasUnsent(): boolean {
    const { replica, manifest } = this.core;
    if (replica.meta.paused === true) return false;
    const rows = replica.changes();
    const held = findHeld(rows, manifest);
    return rows.some((row) => row.state === 'pending' && !held.has(row.change));
  }
}
