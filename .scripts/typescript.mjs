// `node --import ./.scripts/typescript.mjs <file>` runs TypeScript as it stands. The settings are named, because tsx
// takes decorators to be switched off in any file that the nearest tsconfig.json does not include.
import { join } from 'node:path';
import { register } from 'tsx/esm/api';
import { root } from './install.mjs';

register({ tsconfig: join(root, 'api', 'tsconfig.json') });
