import { afterAll, beforeAll } from 'vitest';
import { defineEntities } from '../entity/define-entities.ts';
import { entityContract } from '../testing/entity-contract.ts';
import { openTestEngine } from '../testing/test-engine.ts';
import type { TestEngine } from '../testing/test-engine.ts';
import { entities } from './index.ts';
import { migrations } from './migrations/index.ts';

let api: TestEngine;

beforeAll(async () => {
  api = await openTestEngine({ entities, migrations });
});

afterAll(() => api.close());

entityContract(defineEntities(entities), () => api);
