import { manifest } from '../generated/manifest.ts';
import { createOfflineClient, type Holdfast } from '../index.ts';
import type { Account } from './account/session.ts';

declare global {
  interface Window {
    /** For the browser's console and for tests. */
    holdfast?: Holdfast;
  }
}

/** Opens this account's notes on this device. The session is a cookie, so no script ever holds a token. */
export async function openHoldfast(account: Account): Promise<Holdfast> {
  const holdfast = await createOfflineClient({
    app: 'field-notes',
    uri: '/graphql',
    manifest,
    user: { id: account.id },
    backgroundSync: true,
  });
  window.holdfast = holdfast;
  return holdfast;
}
