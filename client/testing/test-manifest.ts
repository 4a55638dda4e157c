import type { FieldManifest, Manifest, Policy, TypeManifest } from '../sync/manifest.ts';

/** A small schema for tests: one type a policy, a reference, and fields with mergers. */
export const testManifest: Manifest = {
  protocol: 1,
  documents: {
    pull: document('HoldfastPull'),
    push: document('HoldfastPush'),
    heads: document('HoldfastHeads'),
    pokes: document('HoldfastPokes'),
    digest: document('HoldfastDigest'),
  },
  types: {
    Card: type('Card', 'manual', { text: text({ default: '' }) }),
    Note: type('Note', 'merge', {
      title: text({ default: '', constraint: { maxLength: 200 } }),
      content: text({ default: '', merger: 'text' }),
      tags: text({ list: true, default: [], merger: 'set', constraint: { maxItems: 5, minLength: 1 } }),
      stars: { kind: 'int', list: false, nullable: false, writable: true, default: 0, merger: 'counter' },
      notebookId: {
        kind: 'id',
        list: false,
        nullable: true,
        writable: true,
        references: { type: 'Notebook', field: 'notebook' },
      },
    }),
    Notebook: type('Notebook', 'lastWriteWins', {
      name: text({ constraint: { minLength: 1, maxLength: 100 } }),
    }),
    Setting: type('Setting', 'serverWins', { value: text({ default: '' }) }),
  },
};

function document(name: string): Manifest['documents']['pull'] {
  return { name, text: name, sha256: name };
}

function text(more: Partial<FieldManifest>): FieldManifest {
  return { kind: 'string', list: false, nullable: false, writable: true, ...more };
}

function type(name: string, policy: Policy, fields: TypeManifest['fields']): TypeManifest {
  const single = name.charAt(0).toLowerCase() + name.slice(1);
  const list = `${single}s`;
  return {
    name,
    single,
    list,
    count: `${single}Count`,
    delta: `${single}Delta`,
    upsert: `upsert${name}s`,
    upsertPayload: `${name}UpsertPayload`,
    policy,
    fields,
  };
}
