/** `@holdfast/client/testing`: for tests of apps, and of storages of one's own. */
export { createTestSync } from './test-sync.ts';
export type {
  TestAccess,
  TestClient,
  TestClientOptions,
  TestRecord,
  TestSync,
  TestSyncOptions,
} from './test-sync.ts';
export { ManualClock } from './manual-clock.ts';
export { OperationRefusal, ReferenceServer } from './reference-server.ts';
export type { ServerAnswer, ServerOperation, ServerOptions } from './reference-server.ts';
export { SeededRandom } from './seeded-random.ts';
export { SimulatedNetwork } from './simulated-network.ts';
export type { Fate } from './simulated-network.ts';
export { storageContract } from './storage-contract.ts';
export type { Assert, ContractCase, ContractSubject } from './storage-contract.ts';
export { MemoryDatabase } from '../storage/memory-storage.ts';
export type { MemoryFaults } from '../storage/memory-storage.ts';
