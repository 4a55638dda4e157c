import { freshScope, withoutCursors } from './copies.ts';
import { openScopes, type Core } from './core.ts';
import { classify } from './errors.ts';
import { settlementOf, unknownOutcome } from './settle.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { Verifier } from './verifier.ts';
import type { ScopeRow } from './stored.ts';
import { readHeads, type Heads } from './wire.ts';
import { commonFailure, unreadable, type WorkResult } from './work-result.ts';

/** Asks which scopes the viewer has and where they stand; pulls what differs, gives up what was lost (R22, R30). */
export class HeadsAsker {
  constructor(
    private readonly core: Core,
    private readonly verifier: Verifier,
    private readonly pull: (scope: string) => void,
  ) {}

  async run(): Promise<WorkResult> {
    const { manifest, ports, userId } = this.core;
    const request = { document: manifest.documents.heads, variables: {}, viewer: userId };
    const verdict = classify(await ports.transport.send(request));
    if (verdict.class !== 'answered') return commonFailure(verdict);
    const heads = readHeads(verdict.data);
    return heads === null ? unreadable() : this.take(heads);
  }

  private async take(heads: Heads): Promise<WorkResult> {
    if (heads.id !== this.core.userId) return { kind: 'signedOut', code: 'WRONG_VIEWER' };
    await this.store(heads);
    await this.raiseEpochs(heads);
    const open = new Set(openScopes(this.core));
    const inStep: string[] = [];
    for (const { id, head, epoch } of heads.scopes) {
      const known = this.core.replica.scopes.get(id);
      // After a restore the same head can stand for another history.
      const isSame = known?.synced === true && known.checkpoint === head && known.epoch === epoch;
      if (open.has(id) && isSame) inStep.push(id);
      else if (open.has(id)) this.pull(id);
    }
    return { kind: 'done', more: await this.verifier.checkDue(inStep) };
  }

  /** Only when something changed: a poll that shows the same writes nothing. */
  private async store(heads: Heads): Promise<void> {
    const viewer = { id: heads.id, scopes: heads.scopes.map(({ id, access }) => ({ id, access })) };
    if (JSON.stringify(viewer) === JSON.stringify(this.core.replica.meta.viewer)) return;
    await this.core.store.lead('strict', async (tx) => {
      tx.putMeta('viewer', viewer);
      const kept = new Set(viewer.scopes.map(({ id }) => id));
      for (const id of [...this.core.replica.scopes.keys()].filter((known) => !kept.has(known)))
        await this.drop(tx, id);
      const isAllSynced = viewer.scopes.every(({ id }) => this.core.replica.scopes.get(id)?.synced === true);
      if (isAllSynced) tx.putMeta('complete', true);
    });
  }

  /**
   * After a restore a scope that is not pulled, closed or lost, learns the epoch here: it is the whole database's. Its outstanding
   * numbers would be refused for ever with the old one (R10).
   */
  private async raiseEpochs({ scopes }: Heads): Promise<void> {
    const epoch = scopes.reduce((latest, each) => (each.epoch > latest ? each.epoch : latest), '');
    const open = new Set(openScopes(this.core));
    const isBehind = (row: ScopeRow): boolean => !open.has(row.id) && row.epoch !== null && row.epoch < epoch;
    const behind = [...this.core.replica.scopes.values()].filter(isBehind);
    if (behind.length === 0) return;
    await this.core.store.lead('relaxed', async (tx) => {
      for (const { id } of behind) {
        const stored = await tx.scope(id);
        if (stored !== undefined && isBehind(stored)) tx.putScope({ ...withoutCursors(stored), epoch });
      }
    });
  }

  /** A lost scope leaves the device; its unsent changes become failed ones, shown. Its numbers are never given again. */
  private async drop(tx: WriteTransaction, scope: string): Promise<void> {
    const stored = await tx.scope(scope);
    if (stored === undefined) return;
    tx.putScope({ ...freshScope(scope), nextSeq: stored.nextSeq });
    for (const type of Object.keys(this.core.manifest.types)) {
      tx.appendRecords({ type, scope, cleared: true, copies: [], removed: [] });
    }
    const message = `The viewer has no scope ${scope} any more`;
    const refused = { code: 'SCOPE_FORBIDDEN', message, field: null } as const;
    const failedAt = this.core.ports.clock.now();
    for (const row of await tx.changes(scope, 0, Number.MAX_SAFE_INTEGER)) {
      if (row.state !== 'pending') continue;
      // The server may have taken what was sent (I12): a person who sends it again has to know that.
      const error = row.seq === null ? refused : unknownOutcome(refused);
      tx.putChange({ ...row, state: 'failed', error, failedAt });
      tx.tellSettled(settlementOf(row, { outcome: 'REJECTED', conflicts: [], error }));
    }
  }
}
