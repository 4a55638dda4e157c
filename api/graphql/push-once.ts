import type { GraphQLResolveInfo } from 'graphql';
import type {
  ChangeInput,
  ChangeResult,
  DeltaField,
  DeltaPage,
  Json,
  PushField,
  Values,
} from '../sync/model.ts';
import type { GraphqlContext, OperationPush } from './context.ts';
import { pageFor, pair } from './deltas-once.ts';
import type { DeltaArguments } from './deltas-once.ts';
import { selectedFields, selectedUnder } from './selected-fields.ts';
import type { SelectedField } from './selected-fields.ts';

/** The extension that marks a root field as the upsert of a type, and a payload's field as its delta. */
export const UPSERT_OF = 'holdfastUpsertOf';
export const PAYLOAD_DELTA = 'holdfastPayloadDelta';

/** What an upsert field answers; `delta` is resolved only when it is asked for. */
export interface UpsertPayload {
  readonly epoch: string;
  readonly results: readonly ChangeResult[];
}

/**
 * The payload for the upsert field that is being resolved. All upsert fields of the operation are one push, one
 * transaction (R10): the first to be resolved collects and executes them, the others await it.
 */
export async function upsertPayload(
  info: GraphQLResolveInfo,
  context: GraphqlContext,
): Promise<UpsertPayload> {
  context.push ??= startPush(info, context);
  const { answer, placeOf } = context.push;
  const { epoch, results } = await answer;
  const place = placeOf.get(String(info.path.key));
  const own = place === undefined ? undefined : results[place];
  if (own === undefined) {
    throw new Error(`The engine answered no results for ${String(info.path.key)}.`);
  }
  return { epoch, results: own };
}

/**
 * The delta in a payload. All of an operation's read one snapshot, begun after the commit (R2): payloads exist only
 * once the push is answered, so the first `delta` to be resolved cannot be too early.
 */
export async function payloadDelta(info: GraphQLResolveInfo, context: GraphqlContext): Promise<DeltaPage> {
  const { push } = context;
  if (push === undefined) {
    throw new Error('A payload was resolved before its push.');
  }
  push.deltas ??= readPayloadDeltas(info, context);
  const pages = await push.deltas;
  return pageFor(pages, `${String(info.path.prev?.key)}.${String(info.path.key)}`);
}

function startPush(info: GraphQLResolveInfo, { viewer, engine }: GraphqlContext): OperationPush {
  const upserts = selectedUpserts(info);
  const placeOf = new Map(upserts.map(({ field }, place) => [field.key, place]));
  const fields = upserts.map(({ type, field }) =>
    toPushField(type, field.args as unknown as UpsertArguments),
  );
  return { answer: engine.push({ viewer, fields }), placeOf };
}

interface SelectedUpsert {
  readonly type: string;
  readonly field: SelectedField;
}

function selectedUpserts(info: GraphQLResolveInfo): readonly SelectedUpsert[] {
  const root = info.schema.getMutationType();
  const selected = root ? selectedFields(info, root, [info.operation.selectionSet]) : [];
  return selected.flatMap((field) => {
    const type = field.definition.extensions[UPSERT_OF];
    return typeof type === 'string' ? [{ type, field }] : [];
  });
}

async function readPayloadDeltas(info: GraphQLResolveInfo, { viewer, engine }: GraphqlContext) {
  const asked = selectedUpserts(info).flatMap(({ type, field }) =>
    selectedUnder(info, field)
      .filter(({ definition }) => definition.extensions[PAYLOAD_DELTA] === true)
      .map((delta) => ({ key: `${field.key}.${delta.key}`, field: toDeltaField(type, field, delta) })),
  );
  return pair(asked, await engine.deltas({ viewer, fields: asked.map(({ field }) => field) }));
}

function toDeltaField(type: string, upsert: SelectedField, delta: SelectedField): DeltaField {
  const { scope, device } = upsert.args as unknown as UpsertArguments;
  const { since, limit } = delta.args as DeltaArguments;
  return {
    type,
    scope: scope ?? undefined,
    since: since ?? undefined,
    limit: limit ?? undefined,
    device: device?.id,
  };
}

/** The coerced arguments of an upsert field; GraphQL lets every nullable one be null or absent. */
interface UpsertArguments {
  readonly scope?: string | null;
  readonly device?: {
    readonly id: string;
    readonly epoch?: string | null;
    readonly sentAt: string;
    readonly acknowledged: number;
  } | null;
  readonly changes: readonly UpsertChange[];
}

interface UpsertChange {
  readonly id: string;
  readonly version?: number | null;
  readonly epoch?: string | null;
  readonly base?: Values | null;
  readonly seq?: number | null;
  readonly editedAt?: string | null;
  readonly group?: string | null;
  readonly deleted?: boolean | null;
}

function toPushField(type: string, { scope, device, changes }: UpsertArguments): PushField {
  return {
    type,
    scope: scope ?? undefined,
    device: device
      ? {
          id: device.id,
          epoch: device.epoch ?? undefined,
          sentAt: Date.parse(device.sentAt),
          acknowledged: device.acknowledged,
        }
      : undefined,
    changes: changes.map(toChange),
  };
}

/** The values are what remains beside the protocol's own names: an absent field has no key there either. */
function toChange(change: UpsertChange): ChangeInput {
  const { id, version, epoch, base, seq, editedAt, group, deleted, ...values } = change;
  return {
    id,
    version: version ?? undefined,
    epoch: epoch ?? undefined,
    base: base ?? undefined,
    seq: seq ?? undefined,
    editedAt: editedAt ? Date.parse(editedAt) : undefined,
    group: group ?? undefined,
    deleted: deleted ?? undefined,
    values,
    payload: change as unknown as Json,
  };
}
