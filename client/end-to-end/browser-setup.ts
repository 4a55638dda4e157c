import { existsSync } from 'node:fs';
import type {} from '../../api/testing/postgres-setup.ts';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    chromiumPath: string;
  }
}

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Tells every browser test which Chromium to start; `npm test` finds or installs one and names it. */
export function setup(project: TestProject): void {
  const named = process.env['CHROMIUM_PATH'] ?? usualPlaces.find((place) => existsSync(place));
  if (named === undefined)
    throw new Error('No Chromium: run npm test, which installs one, or name it in CHROMIUM_PATH.');
  project.provide('chromiumPath', named);
}
