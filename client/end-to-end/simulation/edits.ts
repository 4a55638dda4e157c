/** What people write. */
import type { Json, Values } from '../../sync/manifest.ts';
import type { VisibleRecord } from '../../sync/model.ts';
import type { Draw, SyncedType } from './plan.ts';
import type { Input, Page, Ref } from './scene.ts';

export function inputFor(page: Page, ref: Ref): Input {
  const { device, engine, draw } = page;
  const shown = engine.read(ref);
  const text = draw.pick(['a', 'b', `t${draw.below(1_000)}`, `t${draw.below(1_000)}`, 'bad']);
  const values = { ...valuesFor(ref.type, { shown, text, draw }), ...onRefused(page, ref) };
  const name = `${ref.type}/${ref.scope}/${ref.id}`;
  const form = device.forms.get(name);
  if (shown !== undefined && draw.chance(0.2)) device.forms.set(name, shown);
  // A form that was kept open: what it had read, not what is shown now.
  const footing =
    form !== undefined && draw.chance(0.3) ? { version: form.version, base: pick(form.values, values) } : {};
  if (shown !== undefined && draw.chance(likeliness(shown))) return deletionOf(page, shown);
  const isGone = typeof shown?.deletedAt === 'string';
  return { ...ref, values, ...footing, ...(isGone && draw.chance(0.7) ? { deleted: false } : {}) };
}

/** Of a deletion: what is not confirmed yet is rare, and deleting it rarer still. */
function likeliness({ version }: VisibleRecord): number {
  return version === 0 ? 0.3 : 0.08;
}

function deletionOf({ world }: Page, { type, scope, id, version }: VisibleRecord): Input {
  if (version === 0) world.rare.hit('what the server had not confirmed was deleted');
  return { type, scope, id, values: {}, deleted: true };
}

/** A person goes on with what was refused: the notebook that was not made is there on the screen. */
function onRefused({ world, engine, draw }: Page, { type, scope }: Ref): Values {
  const refused = engine.failed().find(({ ref }) => ref?.type === 'Notebook' && ref.scope === scope);
  if (type !== 'Note' || !refused?.ref || draw.chance(0.5)) return {};
  world.rare.hit('a write names what was refused');
  return { notebookId: refused.ref.id };
}

function pick(from: Values, names: Values): Values {
  return Object.fromEntries(Object.keys(names).map((name) => [name, from[name] ?? null]));
}

export function valuesFor(
  type: SyncedType,
  { shown, text, draw }: { shown: VisibleRecord | undefined; text: string; draw: Draw },
): Values {
  switch (type) {
    case 'Card':
      return { text };
    case 'Setting':
      return { value: text };
    case 'Notebook':
      return { name: text };
    case 'Note':
      return draw.pick(noteEdits(shown?.values ?? {}, text, draw));
  }
}

function noteEdits(shown: Values, text: string, draw: Draw): readonly Values[] {
  const { content = '', tags = [], stars = 0 } = shown;
  const before = String(content).slice(0, 200);
  return [
    { title: text },
    { title: text, notebookId: draw.pick(['r1', 'r2', 'r3', 'r4', null]) },
    { content: `${before}${text} ` },
    { content: draw.chance(0.2) ? 'long '.repeat(400) : `${text} ${before}` },
    { tags: draw.chance(0.5) ? [...(tags as readonly Json[]).slice(1)] : [text] },
    { stars: Number(stars) + draw.pick([1, 1, -1, 5]) },
    { stars: Number(stars) + 1, title: text },
  ];
}
