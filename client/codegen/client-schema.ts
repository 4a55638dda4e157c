import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { STATE_FIELD } from '../apollo/device-fields.ts';

/**
 * SDL for what only the device knows, `syncState` of every synced type, for `schema` in the codegen configuration beside
 * the API's own schema.
 */
export function clientSchema(schemaPath: string): string {
  const { definitions } = parse(readFileSync(schemaPath, 'utf8'), { noLocation: true });
  const synced = definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
    definition.directives?.some(({ name }) => name.value === 'synced') === true
      ? [definition.name.value]
      : [],
  );
  return [
    '"""What became of a record\'s changes on this device."""',
    'enum SyncState { SYNCED PENDING FAILED CONFLICT }',
    ...synced.map(
      (name) =>
        `extend type ${name} { """CONFLICT before FAILED before PENDING before SYNCED. Select it with @client.""" ${STATE_FIELD}: SyncState! }`,
    ),
  ].join('\n');
}
