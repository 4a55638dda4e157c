import { manifest } from '../../generated/manifest.ts';
import { createOfflineClient, type Holdfast } from '../../index.ts';
import { DraftStash } from '../notes/draft-stash.ts';
import { recoverStash } from '../notes/recover-stash.ts';
import { eachOf, type Each, type Person } from './person.ts';

/** Names databases, locks and channels of these devices alone: what the visitor keeps in this browser is another app's. */
const APP = 'two-devices';

export interface OpenDevice {
  readonly holdfast: Holdfast;
  readonly stash: DraftStash;
}

/** Opens both, each with a database of its own and signed in by a token: one page has one cookie, but two people. */
export async function openDevices(): Promise<Each<OpenDevice>> {
  const opening = eachOf(openDevice);
  return { ada: await opening.ada, ben: await opening.ben };
}

async function openDevice(person: Person): Promise<OpenDevice> {
  const holdfast = await createOfflineClient({
    app: APP,
    uri: '/graphql',
    manifest,
    user: { id: person, getToken: () => tokenOf(person) },
  });
  const stash = new DraftStash(`${APP}/${person}`);
  // What cannot be stored now stays in the stash for the next visit.
  await recoverStash(holdfast.client, stash).catch(() => undefined);
  return { holdfast, stash };
}

/** Signs in for this page alone: `omit` keeps the visitor's cookie from being sent, and the answer's from being stored. */
async function tokenOf(person: Person): Promise<string> {
  const response = await fetch('/demo/sign-in', {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ account: person }),
  });
  if (!response.ok) throw new Error('The demo does not sign anybody in just now.');
  const { token } = (await response.json()) as { readonly token: string };
  return token;
}
