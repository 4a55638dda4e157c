import { checkTypes } from '../check.ts';
import { expectEqual, NotObservable } from '../expect.ts';
import type { Check } from '../check.ts';
import { applied } from '../contest.ts';
import { requiredValues, sampleValue } from '../sample-values.ts';
import type { FieldShape } from '../type-shape.ts';
import type { TypeInUse, World } from '../world.ts';
import { isSame, itemAt } from '../world.ts';
import { camelCase } from '../wire.ts';

function refersTo({ references, fields = [] }: FieldShape): boolean {
  return references !== undefined || fields.some(refersTo);
}

async function missesTarget(world: World, type: TypeInUse): Promise<void> {
  const fields = type.fields.filter(refersTo);
  if (fields.length === 0) throw new NotObservable('no type refers to another one');
  for (const field of fields) {
    const missing = field.references === undefined ? sampleValue(field, 9) : valueOf(field, world.freshId());
    const device = world.device(type.place);
    const id = world.recordId(type);
    const result = await device.change({
      type: type.name,
      id,
      values: { ...requiredValues(type), [field.name]: missing },
    });
    expectEqual(
      [result.error?.code, result.error?.field, result.record],
      ['MISSING_REFERENCE', field.name, null],
      `code, field and record for a missing target of ${field.name}`,
    );
  }
}

function valueOf(field: FieldShape, id: string): unknown {
  return field.list ? [id] : id;
}

/** A reference between two types that can be written in one place. */
function link(world: World, type: TypeInUse) {
  for (const field of type.fields) {
    const target = world.types.find(
      ({ name, place }) => name === field.references?.type && isSame(place, type.place),
    );
    if (target !== undefined && field.references !== undefined) {
      return { field, target, reader: field.references.field };
    }
  }
  throw new NotObservable('no type refers to another one of its scope');
}

async function findsTargetInPush(world: World, type: TypeInUse): Promise<void> {
  const { field, target } = link(world, type);
  const pair = () => {
    const id = world.recordId(target);
    return {
      target: { type: target.name, id, values: requiredValues(target) },
      from: {
        type: type.name,
        id: world.recordId(type),
        values: { ...requiredValues(type), [field.name]: valueOf(field, id) },
      },
    };
  };
  const right = pair();
  const wrong = pair();
  const { results } = await world
    .device(type.place)
    .push([right.target, right.from, wrong.from, wrong.target]);
  expectEqual(
    results.map(({ outcome, error }) => error?.code ?? outcome),
    ['APPLIED', 'APPLIED', 'MISSING_REFERENCE', 'APPLIED'],
    'target before reference, and reference before target, in one push',
  );
}

async function outlivesTarget(world: World, type: TypeInUse): Promise<void> {
  const { field, target, reader } = link(world, type);
  const device = world.device(type.place);
  const aim = await world.create(device, target);
  const record = await world.create(device, type, { [field.name]: valueOf(field, aim.id) });
  const read = async () => {
    const one = camelCase(type.name);
    const query = `query ($scope: ID, $id: ID!) { ${one}(scope: $scope, id: $id) { ${reader} { id } } }`;
    const { actor, scope } = type.place;
    const data = await world.wire.ask(actor, { query, variables: { scope, id: record.id } });
    return (data[one] as Readonly<Record<string, unknown>> | null)?.[reader];
  };
  const there = await read();
  expectEqual(Array.isArray(there) ? itemAt(there, 0) : there, { id: aim.id }, `${reader}, read online`);
  await applied(device, { type: target.name, id: aim.id, version: aim.version, deleted: true });
  const gone = await read();
  expectEqual(
    Array.isArray(gone) ? gone.filter(Boolean) : [gone],
    Array.isArray(gone) ? [] : [null],
    `${reader} of a deleted target`,
  );
}

export const referenceChecks: readonly Check[] = [
  checkTypes('R27', 'a reference to nothing is refused', missesTarget),
  checkTypes('R27', 'a target of the same push counts, in the order of the numbers', findsTargetInPush),
  checkTypes('R27', 'a reference that outlives its target reads null; deletes never cascade', outlivesTarget),
];
