import type { SyncEngine } from '../sync/model.ts';

/** Saves what a person would lose with this device, and how the engine stands, as one JSON file. */
export function saveExport(sync: SyncEngine): void {
  const all = { ...sync.exportWork(), status: sync.status(), inspection: sync.inspector.read() };
  const url = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `holdfast-${all.exportedAt.replaceAll(':', '-')}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
