// What a package offers, read from its `exports` map, so that build and checks cannot know of other entries than npm does.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../install.mjs';

/**
 * The two publishable packages: their folder, and where their built files go within it (what `files` in package.json
 * names).
 */
export const packages = {
  api: { folder: join(root, 'api'), output: join(root, 'api', 'dist') },
  client: { folder: join(root, 'client'), output: join(root, 'client', 'dist', 'lib') },
};

/** A package's entries: the sub-path that is imported, the entry's name and its source. */
export function entriesOf({ folder, output }) {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([subPath, target]) => {
    if (typeof target === 'string') return [];
    const name = relative(output, join(folder, target.default)).replace(/\.js$/, '');
    return [{ subPath, name, source: join(folder, `${name}.ts`) }];
  });
}
