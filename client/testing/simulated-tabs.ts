import type { Leadership, TabChannel } from '../sync/ports.ts';

interface Candidate {
  onGained(): void;
  onLost(): void;
}

/** One browser's tabs over one database: who leads, and the channel between them. */
export class SimulatedTabs {
  /** Messages are lost while this is set (I24 for tabs). */
  isChannelCut = false;
  private readonly queue: Candidate[] = [];
  private readonly listeners = new Set<() => void>();

  leadership(): Leadership {
    return {
      campaign: (candidate) => {
        this.queue.push(candidate);
        if (this.queue.length === 1) candidate.onGained();
        return { steal: () => this.steal(candidate), resign: () => this.resign(candidate) };
      },
    };
  }

  channel(): TabChannel {
    const own = new Set<() => void>();
    return {
      announce: () => {
        if (this.isChannelCut) return;
        const others = [...this.listeners].filter((listener) => !own.has(listener));
        void Promise.resolve().then(() => others.forEach((listener) => listener()));
      },
      listen: (listener) => {
        this.listeners.add(listener);
        own.add(listener);
        return () => this.listeners.delete(listener);
      },
      close: () => own.forEach((listener) => this.listeners.delete(listener)),
    };
  }

  /** The lock goes to the next tab while the leader knows nothing of it, as when it is frozen: a zombie from here on. */
  freezeLeader(): void {
    const [leader, next] = this.queue;
    if (leader === undefined || next === undefined) return;
    this.queue.splice(0, 1);
    this.queue.push(leader);
    next.onGained();
  }

  private steal(candidate: Candidate): void {
    const [leader] = this.queue;
    if (leader === candidate) return;
    this.queue.splice(this.queue.indexOf(candidate), 1);
    this.queue.splice(0, 1, candidate);
    if (leader !== undefined) this.queue.push(leader);
    leader?.onLost();
    candidate.onGained();
  }

  private resign(candidate: Candidate): void {
    const place = this.queue.indexOf(candidate);
    if (place < 0) return;
    this.queue.splice(place, 1);
    if (place === 0) this.queue[0]?.onGained();
  }
}
