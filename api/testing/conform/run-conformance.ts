import { randomBytes } from 'node:crypto';
import { NotObservable, spell, Violation } from './expect.ts';
import type { Check } from './check.ts';
import { accessChecks } from './rules/access.ts';
import { clockChecks } from './rules/clock.ts';
import { concurrencyChecks } from './rules/concurrency.ts';
import { deletionChecks } from './rules/deletion.ts';
import { digestChecks } from './rules/digest.ts';
import { exactlyOnceChecks } from './rules/exactly-once.ts';
import { limitChecks } from './rules/limits.ts';
import { liveChecks, patientChecks } from './rules/live.ts';
import { operationChecks } from './rules/operation.ts';
import { oppositionChecks } from './rules/opposition.ts';
import { policyChecks } from './rules/policy.ts';
import { pullChecks } from './rules/pull.ts';
import { pushChecks } from './rules/push.ts';
import { referenceChecks } from './rules/reference.ts';
import { openWorld } from './open-world.ts';
import type { ConformanceTarget } from './open-world.ts';
import { UNOBSERVABLE } from './unobservable.ts';
import type { World } from './world.ts';

/** Basic ones first; the last one looks back on all that was answered. */
const CHECKS: readonly Check[] = [
  ...accessChecks,
  ...pullChecks,
  ...concurrencyChecks,
  ...pushChecks,
  ...exactlyOnceChecks,
  ...policyChecks,
  ...deletionChecks,
  ...clockChecks,
  ...referenceChecks,
  ...liveChecks,
  ...operationChecks,
  ...digestChecks,
  ...limitChecks,
  ...oppositionChecks,
];

/** There are no R16 to R19. */
const NUMBERS = [...Array(33).keys()].map((at) => at + 1).filter((number) => number < 16 || number > 19);
export const RULES: readonly string[] = NUMBERS.map((number) => `R${number}`);
const WITHOUT_NUMBER = ['Refusals', 'Limits'];

export interface ConformanceOptions extends ConformanceTarget {
  /** Only these rules. Default: all. */
  readonly rules?: readonly string[] | undefined;
}

export interface Verdict {
  readonly rule: string;
  readonly verdict: 'passed' | 'FAILED' | 'not observable';
  /** What is broken, what could not be seen, or what was seen. */
  readonly reason: string;
}

export interface ConformanceReport {
  /** One a rule, in the order of their numbers, those without a number last. */
  readonly verdicts: readonly Verdict[];
  /** Types that could not be tried, and why. */
  readonly leftOut: readonly string[];
}

type Outcome = { readonly kind: 'passed' } | { readonly kind: 'failed' | 'unseen'; readonly reason: string };

interface Tried {
  readonly check: Check;
  readonly outcome: Outcome;
}

/**
 * Tries the rules on a server that may hold data. It writes records with fresh ids and deletes them at the end.
 *
 * @throws Violation when the server cannot be used at all: no sign-in, or no type that can be written
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const run = `conform-${randomBytes(5).toString('hex')}`;
  const { world, leftOut } = await openWorld(options, run);
  const wanted = (rule: string) => options.rules === undefined || options.rules.includes(rule);
  // Waits for its token to end meanwhile.
  const waiting = patientChecks.filter(({ rule }) => wanted(rule)).map((check) => tryOne(check, world));
  const tried: Tried[] = [];
  try {
    for (const check of CHECKS.filter(({ rule }) => wanted(rule))) {
      tried.push(await tryOne(check, world));
    }
    tried.push(...(await Promise.all(waiting)));
  } finally {
    await world.cleanUp().catch(() => undefined);
  }
  const rules = [...RULES, ...WITHOUT_NUMBER].filter(wanted);
  return { verdicts: rules.map((rule) => verdictOf(rule, tried)), leftOut };
}

async function tryOne(check: Check, world: World): Promise<Tried> {
  try {
    await check.run(world);
    return { check, outcome: { kind: 'passed' } };
  } catch (error) {
    return { check, outcome: explain(error) };
  }
}

function explain(error: unknown): Outcome {
  if (error instanceof NotObservable) return { kind: 'unseen', reason: error.message };
  if (error instanceof Violation) return { kind: 'failed', reason: error.message };
  // Whatever a server answers, a request that fails or an answer that cannot be read is its failure.
  return { kind: 'failed', reason: spell(String(error)) };
}

function verdictOf(rule: string, tried: readonly Tried[]): Verdict {
  const own = tried.filter(({ check }) => check.rule === rule);
  const failed = own.flatMap(({ check, outcome }) =>
    outcome.kind === 'failed' ? [`${check.says}: ${outcome.reason}`] : [],
  );
  if (failed.length > 0) return { rule, verdict: 'FAILED', reason: failed.join('; ') };
  const unseen = own.flatMap(({ check, outcome }) =>
    outcome.kind === 'unseen' ? [`${check.says} (${outcome.reason})`] : [],
  );
  const never = UNOBSERVABLE[rule];
  const gaps = [...unseen, ...(never === undefined ? [] : [never])];
  if (own.length === unseen.length) return { rule, verdict: 'not observable', reason: gaps.join('; ') };
  const count = own.length - unseen.length;
  const seen = count === 1 ? '1 check' : `${count} checks`;
  return {
    rule,
    verdict: 'passed',
    reason: gaps.length === 0 ? seen : `${seen}; not seen: ${gaps.join('; ')}`,
  };
}
