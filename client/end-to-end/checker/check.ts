import { CounterSums } from './counter-sums.ts';
import { DeviceHistory } from './device-history.ts';
import type { Checkpoint, CheckOptions, LogEvent, RecordAt, Violation } from './events.ts';
import { nameOf, ServerHistory, textOf, type HistoryRow } from './server-history.ts';

/**
 * Judges a run by its log: epochs (I3), prefix (I4), session guarantees (I5), nothing shown twice (I6), at most once (I7), receipts kept
 * long enough (I8), numbers bound to payloads (I9), order (I10), whole groups (I11), accounting of every change (I12), ends that stay
 * (I13), nothing overtakes what it builds on (I15), convergence (I17), no lost update and counters that add up (I18). Time grows with
 * the log's length, but for sorting the checkpoints. Empty when all hold.
 */
export function check(log: readonly LogEvent[], options: CheckOptions = {}): readonly Violation[] {
  const server = new ServerHistory();
  const sums = new CounterSums(options.counters ?? new Set());
  for (const event of log) {
    if (event.kind === 'cloned' && event.line !== null) server.sharedLines.add(event.line);
    if (event.kind === 'executed') sums.executed(event);
    if (event.source === 'server') server.add(event);
  }
  sums.judge(server);
  const devices = devicesOf(log, server, options);
  const judge = new CheckpointJudge(server);
  return [
    ...server.violations,
    ...sums.violations,
    ...[...devices.values()].flatMap(({ violations }) => violations),
    ...judge.judge(devices),
  ];
}

function devicesOf(
  log: readonly LogEvent[],
  server: ServerHistory,
  options: CheckOptions,
): ReadonlyMap<string, DeviceHistory> {
  const devices = new Map<string, DeviceHistory>();
  for (const event of log) {
    if (event.source !== 'device') continue;
    const known = devices.get(event.device);
    const device = known ?? new DeviceHistory(event.device, server, options);
    devices.set(event.device, device);
    const original = event.kind === 'cloned' ? devices.get(event.from) : undefined;
    if (original === undefined) device.add(event);
    else device.takeOver(original);
  }
  for (const device of devices.values()) device.judgeEnds();
  return devices;
}

interface Stop {
  readonly device: string;
  readonly sent: ReadonlySet<string>;
  readonly at: Checkpoint;
}

/** Walks through the history of each scope once, and looks at each checkpoint when it comes by (I4, I17). */
class CheckpointJudge {
  private readonly violations: Violation[] = [];
  /** By scope, epoch and position: what the first device held there. */
  private readonly digests = new Map<string, { device: string; digest: string }>();

  constructor(private readonly server: ServerHistory) {}

  judge(devices: ReadonlyMap<string, DeviceHistory>): readonly Violation[] {
    const stops = new Map<string, Stop[]>();
    for (const [device, { checkpoints, sent }] of devices)
      for (const at of checkpoints) {
        const key = `${at.epoch} ${at.scope}`;
        const list = stops.get(key) ?? [];
        list.push({ device, sent, at });
        stops.set(key, list);
      }
    for (const list of stops.values()) this.walk(list.sort((a, b) => a.at.position - b.at.position));
    return this.violations;
  }

  private walk(stops: readonly Stop[]): void {
    const [first] = stops;
    if (first === undefined) return;
    const { start, rows, head } = this.server.chapter(first.at.epoch, first.at.scope);
    const state = new Map(start);
    let next = 0;
    for (const stop of stops) {
      if (stop.at.position > head)
        this.report('I4', stop, `stands at ${stop.at.position}, the head is ${head}`);
      for (
        let entry = rows[next];
        entry !== undefined && entry.row.version <= stop.at.position;
        entry = rows[++next]
      )
        state.set(nameOf(entry.row), entry);
      this.comparePrefix(stop, state);
      this.compareDevices(stop);
    }
  }

  private comparePrefix(stop: Stop, state: ReadonlyMap<string, HistoryRow>): void {
    const { at } = stop;
    const held = new Set<string>();
    for (const record of at.records) {
      const name = nameOf(record);
      held.add(name);
      this.compareRecord(stop, record, state.get(name));
    }
    for (const [name, { row }] of state)
      if (!row.deleted && !held.has(name)) this.report('I4', stop, `lacks ${name}:${row.version}`);
  }

  private compareRecord(stop: Stop, record: RecordAt, there: HistoryRow | undefined): void {
    const { at, sent } = stop;
    const name = nameOf(record);
    const isAbove = record.version > at.position;
    const above = isAbove ? this.server.statesAt(at.scope, record) : [];
    const wanted = isAbove ? above.find(({ row }) => row.epoch === at.epoch) : there;
    const stood = wanted?.row.version;
    if (stood !== record.version || wanted?.text !== textOf(record))
      this.report('I4', stop, `holds ${name}:${record.version}, there stood ${stood ?? 'nothing'}`);
    else if (isAbove && !sent.has(`${at.scope} ${name}`))
      this.report('I4', stop, `holds ${name}:${record.version} above c, which it never wrote`);
  }

  /** I17: the same place, the same records. */
  private compareDevices({ device, at }: Stop): void {
    if (at.records.some(({ version }) => version > at.position)) return;
    const live = at.records.filter(({ deleted }) => !deleted);
    const lines = live.map((record) => `${nameOf(record)}:${record.version} ${textOf(record)}`);
    const digest = lines.sort().join('\n');
    const key = `${at.scope} ${at.epoch} ${at.position}`;
    const other = this.digests.get(key);
    if (other === undefined) return void this.digests.set(key, { device, digest });
    if (other.digest === digest) return;
    this.violations.push({ invariant: 'I17', message: `${device} and ${other.device} differ at ${key}` });
  }

  private report(invariant: Violation['invariant'], { device, at }: Stop, message: string): void {
    const where = `${device} at ${at.scope} ${at.epoch} ${at.position}`;
    this.violations.push({ invariant, message: `${where}: ${message}` });
  }
}
