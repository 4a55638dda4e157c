import type { DatabaseSettings } from '../config.ts';
import { defineEntities } from '../entity/define-entities.ts';
import type { SyncedRecord } from '../entity/synced-record.ts';
import { openStorage, type Retention } from '../storage/storage.ts';

/** What can be done from a command line, beside a running API or without one. */
export const MAINTENANCE_TASKS = ['purge', 'rotate-epoch'] as const;
/** Something done once to a database, while servers run. */
export type MaintenanceTask = (typeof MAINTENANCE_TASKS)[number];

/** The database that maintenance is done to. */
export interface MaintenanceOptions {
  readonly settings: DatabaseSettings;
  readonly databaseUrl: string;
  readonly entities: readonly (new () => SyncedRecord)[];
}

/**
 * Does it once, and answers a sentence that says what was done. The database has to be migrated.
 *
 * @throws DatabaseSetupError, and SyncError UNAVAILABLE
 */
export async function runMaintenance(
  task: MaintenanceTask,
  { settings, databaseUrl, entities }: MaintenanceOptions,
): Promise<string> {
  const { connectTimeoutMs, statementTimeoutMs, retentionDays } = settings;
  const storage = openStorage({
    ...{ databaseUrl, entities: defineEntities(entities) },
    ...{ poolSize: 1, connectTimeoutMs, statementTimeoutMs },
  });
  try {
    await storage.start();
    return await run(task, storage.retention, retentionDays);
  } finally {
    await storage.close();
  }
}

async function run(task: MaintenanceTask, retention: Retention, days: number): Promise<string> {
  switch (task) {
    case 'purge': {
      const purged = await retention.purge(days);
      if (purged === null) return 'Another process is purging: there is nothing to do.';
      const { tombstones, receipts } = purged;
      return `Purged ${tombstones} deleted records and ${receipts} receipts of more than ${days} days.`;
    }
    case 'rotate-epoch':
      return (
        `The epoch is now ${await retention.rotateEpoch()}. ` +
        'Each device takes its copy anew at its next pull, and sends again what was not acknowledged.'
      );
  }
}
