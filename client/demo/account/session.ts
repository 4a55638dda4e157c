/** Who uses this browser. Only a name and an id are kept here: the session itself is a cookie no script can read. */
export interface Account {
  readonly id: string;
  readonly name: string;
}

const REMEMBERED = 'field-notes.account';
/** Set while somebody has signed out here and the server does not know it yet. */
const LEFT = 'field-notes.left';

/** The accounts of the demo; every one of them also reads and writes what is the team's. Sam keeps the shop. */
export const demoAccounts: readonly Account[] = [
  { id: 'ada', name: 'Ada' },
  { id: 'ben', name: 'Ben' },
  { id: 'sam', name: 'Sam' },
];

/** The account that was open last; it is enough to read and write offline. */
export function rememberedAccount(): Account | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? 'null');
    return isAccount(stored) ? stored : null;
  } catch {
    return null;
  }
}

export function remember(account: Account): void {
  localStorage.removeItem(LEFT);
  localStorage.setItem(REMEMBERED, JSON.stringify({ id: account.id, name: account.name }));
}

/** Calls back when another tab signs out or in: what this tab shows may belong to somebody who left. */
export function onAccountChange(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    if (key === REMEMBERED || key === null) listener();
  };
  window.addEventListener('storage', onStorage);
  return () => window.removeEventListener('storage', onStorage);
}

/** Whether somebody signed out here and the server does not know it yet. */
export function isLeaving(): boolean {
  try {
    return localStorage.getItem(LEFT) !== null;
  } catch {
    return false;
  }
}

/** Asks the server who is signed in; null when nobody is, or when there is no server to ask. */
export async function sessionAccount(): Promise<Account | null> {
  try {
    // Who signed out without a connection still has a session on the server: it ends before anybody sees anything.
    if (isLeaving()) {
      await endSession();
      return null;
    }
    const response = await fetch('/demo/session', { headers: { accept: 'application/json' } });
    return response.ok ? accountIn(await response.json()) : null;
  } catch {
    return null;
  }
}

/** Rejects with a sentence to show. */
export async function signIn(id: string): Promise<Account> {
  const response = await fetch('/demo/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ account: id }),
  }).catch(() => {
    throw new Error('There is no connection. Signing in needs one, once.');
  });
  if (!response.ok) throw new Error('Signing in did not work. Please try again in a moment.');
  const account = accountIn(await response.json().catch(() => null));
  if (account === null) throw new Error('The server gave an unexpected answer. Please try again.');
  remember(account);
  return account;
}

/** Ends the session here, and on the server now or, without a connection, at the next start that has one. */
export async function endSession(): Promise<void> {
  localStorage.setItem(LEFT, '1');
  localStorage.removeItem(REMEMBERED);
  const response = await fetch('/demo/sign-out', { method: 'POST' }).catch(() => null);
  if (response?.ok === true) localStorage.removeItem(LEFT);
}

/** The account in an answer of the form `{ user }`. */
function accountIn(answer: unknown): Account | null {
  if (typeof answer !== 'object' || answer === null || !('user' in answer)) return null;
  return isAccount(answer.user) ? answer.user : null;
}

function isAccount(value: unknown): value is Account {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name } = value as Partial<Record<keyof Account, unknown>>;
  return typeof id === 'string' && typeof name === 'string';
}
