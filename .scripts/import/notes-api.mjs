// The few requests that an import needs, over the public API.
import { setTimeout as delay } from 'node:timers/promises';

/** Something that ends the whole import; the message says what to do. */
export class ImportError extends Error {}

const ATTEMPTS = 6;

const EXISTING = `query Existing($scopes: [ID!], $ids: [ID!]!, $limit: Int!) {
  notes(scopes: $scopes, filter: { id: { in: $ids } }, limit: $limit) { id version title content tags }
}`;

const UPSERT = `mutation Import($scope: ID, $changes: [NoteUpsert!]!) {
  upsertNotes(scope: $scope, changes: $changes) { results { id outcome error { message } } }
}`;

/** The token of a demo account. */
export async function signIn(url, account) {
  const response = await request(`${url}/demo/sign-in`, { account });
  if (response.ok) return (await response.json()).token;
  throw new ImportError(
    `${url} has no demo account "${account}"; pass --token with a token of your own instead.`,
  );
}

export class NotesApi {
  #url;
  #token;
  #scope;

  constructor({ url, token, scope }) {
    this.#url = url;
    this.#token = token;
    this.#scope = scope;
  }

  /** The notes that exist already, by id. */
  async existing(ids) {
    const scope = this.#scope ?? (this.#scope = await this.#ownScope());
    const { notes } = await this.#run(EXISTING, { scopes: [scope], ids, limit: ids.length });
    return new Map(notes.map((note) => [note.id, note]));
  }

  /** One result a change, in the order given. */
  async upsert(changes) {
    const { upsertNotes } = await this.#run(UPSERT, { scope: this.#scope, changes });
    return upsertNotes.results;
  }

  async #ownScope() {
    const { viewer } = await this.#run('query { viewer { scopes { id } } }', {});
    return viewer.scopes[0].id;
  }

  async #run(query, variables) {
    const response = await request(`${this.#url}/graphql`, { query, variables }, this.#token);
    const answer = await response.json().catch(() => null);
    const error = answer?.errors?.[0];
    if (error) throw new ImportError(`The API refused the import: ${error.message}`);
    if (!response.ok || !answer?.data)
      throw new ImportError(`The API answered with status ${response.status}.`);
    return answer.data;
  }
}

/** Asks again while the server is busy. A change that was made twice is a change that alters nothing. */
async function request(url, body, token) {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    }).catch(() => null);
    if (response !== null && ![429, 502, 503, 504].includes(response.status)) return response;
    if (attempt === ATTEMPTS) {
      const origin = new URL(url).origin;
      throw new ImportError(
        `No answer from ${origin}. Start the API with "npm start", or name another one with --url.`,
      );
    }
    await delay(Number(response?.headers.get('retry-after') ?? 0.2 * 2 ** attempt) * 1000);
  }
}
