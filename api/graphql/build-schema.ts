import { specifiedDirectives } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import type { NonEmptyArray } from 'type-graphql';
import type { EntityDefinition } from '../entity/definition.ts';
import { createDeltaResolver } from './delta-resolver.ts';
import { NestedInputs } from './derive-inputs.ts';
import { deriveTypes } from './derive-types.ts';
import type { EntityTypes } from './derive-types.ts';
import { FilterTypes } from './filters.ts';
import { createListResolver, createSingleResolver } from './read-resolver.ts';
import { createReferenceResolvers } from './reference-resolver.ts';
import { syncDirectives } from './sync-directives.ts';
import { createPayloadResolver, createUpsertResolver } from './upsert-resolver.ts';
import { ViewerResolver } from './viewer-resolver.ts';

/** What a schema is built of. */
export interface SchemaOptions {
  readonly entities: readonly EntityDefinition[];
  /** TypeGraphQL resolver classes of your own. */
  readonly resolvers?: readonly (new () => object)[];
}

/**
 * The executable schema of these entities. It needs a `GraphqlContext` for every operation.
 *
 * @throws what TypeGraphQL throws when resolvers of your own do not fit together.
 */
export function buildHoldfastSchema({ entities, resolvers = [] }: SchemaOptions): GraphQLSchema {
  const shared = { nested: new NestedInputs(), filters: new FilterTypes() };
  const generated = entities
    .map((entity) => deriveTypes(entity, shared))
    .flatMap((types) => createResolvers(types, entities));
  const classes: NonEmptyArray<new () => object> = [ViewerResolver, ...generated, ...resolvers];
  const schema = buildSchemaSync({
    resolvers: classes,
    directives: [...specifiedDirectives, ...syncDirectives],
    // The engine validates each change by itself, so that one refusal does not refuse the others.
    validate: false,
    pubSub: NO_PUB_SUB,
  });
  describeRoots(schema);
  return schema;
}

/** TypeGraphQL has no place for the descriptions of the root types. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation, subscription] = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ];
  if (query) {
    query.description = 'Reads. Lists and counts leave deleted records out; deltas carry them.';
  }
  if (mutation) {
    mutation.description = 'Writes. Each change has an outcome of its own in the answer.';
  }
  if (subscription) {
    subscription.description = 'Live hints over WebSocket. They carry no data.';
  }
}

function createResolvers(types: EntityTypes, entities: readonly EntityDefinition[]) {
  return [
    createDeltaResolver(types),
    createUpsertResolver(types),
    createPayloadResolver(types),
    createListResolver(types),
    createSingleResolver(types),
    ...createReferenceResolvers(types.entity, entities),
  ];
}

/** TypeGraphQL asks for one as soon as there is a subscription; ours reads from the context instead. */
const NO_PUB_SUB = {
  publish(): void {
    throw new Error('Nothing is published here: scopeHeads reads from the context.');
  },
  subscribe(): AsyncIterable<never> {
    throw new Error('Nothing is published here: scopeHeads reads from the context.');
  },
};
