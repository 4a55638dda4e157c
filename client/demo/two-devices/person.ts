/** The two of the demo's people whose devices stand side by side. Both read and write what is the team's. */
export type Person = 'ada' | 'ben';

export const NAMES: Readonly<Record<Person, string>> = { ada: 'Ada', ben: 'Ben' };

export const THEIR: Readonly<Record<Person, string>> = { ada: 'her', ben: 'his' };

export function otherOf(person: Person): Person {
  return person === 'ada' ? 'ben' : 'ada';
}

/** What both of them see. */
export const TEAM = 'team:demo';

/** One of something for each of them. */
export type Each<T> = Readonly<Record<Person, T>>;

export function eachOf<T>(make: (person: Person) => T): Each<T> {
  return { ada: make('ada'), ben: make('ben') };
}
