import { hash } from 'node:crypto';
import type { Clock, Hash } from '../sync/ports.ts';

/** SHA-256 of the UTF-8 text, hex. */
export const sha256: Hash = (text) => hash('sha256', text, 'hex');

/** This machine's clocks. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
