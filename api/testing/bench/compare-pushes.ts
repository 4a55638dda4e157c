import type { Comparison } from './measure.ts';
import { inParallel } from './in-parallel.ts';
import type { RawNote } from './raw-limit.ts';
import { sampleId, sampleNote } from './sample-notes.ts';
import { HOT_SCOPE } from './world.ts';
import type { World } from './world.ts';

export interface PushLoad {
  readonly row: string;
  readonly target: number | null;
  /** Changes a push. */
  readonly size: number;
  readonly deviceCount: number;
  readonly pushesPerDevice: number;
  /** `hot`: all devices write in one scope; `many`: each in its own. */
  readonly scopes: 'hot' | 'many';
}

/** Where a device's numbers and ids go on, whatever comparison is next. */
export class Numbers {
  private readonly last = new Map<string, number>();
  private made = 0;

  /** The device's last number in the scope; the next `count` are taken. */
  take(device: string, count: number): number {
    const before = this.last.get(device) ?? 0;
    this.last.set(device, before + count);
    return before;
  }

  next(): number {
    this.made += 1;
    return this.made;
  }
}

/**
 * S2 and S3: devices create notes by the sync document. The limit is one statement a push that bumps the scope's counter
 * and writes the same notes set-wise, committed durably; what the API does beside that (device row, receipts, locks,
 * checks, row-level security, GraphQL, HTTP) counts for the API alone.
 */
export function comparePushes(world: World, load: PushLoad, numbers: Numbers): Comparison {
  const { raw, http, users } = world;
  const { size, deviceCount, scopes } = load;
  const where = scopes === 'hot' ? 'one scope' : `${deviceCount} scopes`;
  return {
    row: load.row,
    target: load.target,
    what: `upsert, ${size.toLocaleString('en')} a push, ${deviceCount} devices, ${where}`,
    prepare: async () => {
      const answers: Buffer[] = [];
      const rawLanes = lanesOf(load, () => rawPush(size, numbers));
      const apiLanes = lanesOf(load, (device) => {
        const scope = scopes === 'hot' ? HOT_SCOPE : `user:${users[device]?.id}`;
        return pushBody(world, { scope, device, size }, numbers);
      });
      return {
        limit: () =>
          inParallel(rawLanes, async (notes, lane) => {
            await raw.write(scopes === 'hot' ? 'raw:hot' : `raw:${lane}`, notes);
            return size;
          }),
        api: () =>
          inParallel(apiLanes, async (body, lane) => {
            answers.push(await http.post(users[lane]?.token ?? '', body));
            return size;
          }),
        check: () => answers.forEach((answer) => assertApplied(answer, size)),
      };
    },
  };
}

function lanesOf<T>({ deviceCount, pushesPerDevice }: PushLoad, make: (device: number) => T): T[][] {
  return Array.from({ length: deviceCount }, (_, device) =>
    Array.from({ length: pushesPerDevice }, () => make(device)),
  );
}

function rawPush(size: number, numbers: Numbers): readonly RawNote[] {
  return Array.from({ length: size }, () => {
    const n = numbers.next();
    return { id: sampleId('raw', n), was: null, values: sampleNote(n) };
  });
}

/** The request of a device that creates notes. */
export function pushBody(
  { users, documents: { push, types } }: World,
  { scope, device, size }: { readonly scope: string; readonly device: number; readonly size: number },
  numbers: Numbers,
): Buffer {
  const viewer = users[device]?.id ?? '';
  const before = numbers.take(`${scope} ${device}`, size);
  const editedAt = new Date().toISOString();
  const noteChanges = Array.from({ length: size }, (_, at) => {
    const n = numbers.next();
    return { id: sampleId('api', n), seq: before + at + 1, editedAt, ...sampleNote(n) };
  });
  const none = Object.fromEntries(types.map((type) => [`${type.toLowerCase()}Changes`, []]));
  const variables = {
    ...{ scope, withDelta: false, limit: null },
    device: { id: `device-${device}`, sentAt: editedAt, acknowledged: before },
    ...{ ...none, noteChanges },
  };
  const extensions = { holdfast: { protocol: 1, viewer } };
  const body = { operationName: push.name, query: push.text, variables, extensions };
  return Buffer.from(JSON.stringify(body));
}

function assertApplied(answer: Buffer, size: number): void {
  const applied = answer.toString().split('"outcome":"APPLIED"').length - 1;
  if (applied !== size) throw new Error(`${applied} of ${size} applied: ${answer.toString().slice(0, 500)}`);
}
