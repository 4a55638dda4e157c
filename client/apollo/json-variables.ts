import type { Json, Values } from '../sync/manifest.ts';
import { OfflineClientError } from './errors.ts';

/** As deep as the server takes a value. */
const MAX_DEPTH = 32;

/**
 * Variables as they would stand in a request's JSON: what is `undefined` is left out, a `Date` and the like are what `toJSON` says.
 *
 * @throws OfflineClientError `VARIABLES_NOT_JSON` for what JSON cannot say, such as a `File`: it could not be kept on the device.
 */
export function jsonVariables(variables: Readonly<Record<string, unknown>>): Values {
  return jsonObject(variables, '$');
}

function jsonObject(value: object, path: string): Values {
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    entries
      .filter(([, part]) => part !== undefined)
      .map(([name, part]) => [name, jsonValue(part, `${path}.${name}`)]),
  );
}

function jsonValue(value: unknown, path: string): Json {
  if (isScalar(value)) return value;
  if (typeof value !== 'object' || value === null || path.split('.').length > MAX_DEPTH)
    throw notJson(value, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => jsonValue(item ?? null, `${path}.${String(index)}`));
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return (value.toJSON as () => Json)();
  if (!isPlain(value)) throw notJson(value, path);
  return jsonObject(value, path);
}

function isScalar(value: unknown): value is null | string | boolean | number {
  const isFinite = typeof value !== 'number' || Number.isFinite(value);
  return value === null || (['string', 'boolean', 'number'].includes(typeof value) && isFinite);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function notJson(value: unknown, path: string): OfflineClientError {
  const what = typeof value === 'object' ? (value?.constructor.name ?? 'object') : typeof value;
  return new OfflineClientError(
    'VARIABLES_NOT_JSON',
    `Variable ${path} holds a ${what}, which cannot be kept for later: upload it on its own and queue its id or address.`,
  );
}
