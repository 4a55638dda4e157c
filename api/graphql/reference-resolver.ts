import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { EntityDefinition, FieldDefinition } from '../entity/definition.ts';
import type { Json, RecordView } from '../sync/model.ts';
import type { GraphqlContext } from './context.ts';
import { loadRecord } from './record-loader.ts';

/** Where a nested object keeps the scope of its record for the references in it. Never part of an answer. */
const SCOPE = Symbol('scope');

type Source = { readonly [field: string]: Json } & { readonly scope?: string; readonly [SCOPE]?: string };

/** The resolvers of the fields that read referenced records (R27), such as `Note.notebook` and `OrderLine.product`. */
export function createReferenceResolvers(
  entity: EntityDefinition,
  entities: readonly EntityDefinition[],
): readonly (new () => object)[] {
  return ofFields(entity.target, entity.fields, entities);
}

function ofFields(
  owner: object,
  fields: readonly FieldDefinition[],
  entities: readonly EntityDefinition[],
): readonly (new () => object)[] {
  return fields.flatMap((field) => {
    if (field.fields !== undefined) {
      const inner = ofFields(field.graphqlType, field.fields, entities);
      return inner.length === 0 ? [] : [...inner, createNestedResolver(owner, field)];
    }
    const target = entities.find((entity) => entity.name === field.references?.type);
    return target === undefined ? [] : [createResolver(owner, field, target)];
  });
}

function createResolver(owner: object, field: FieldDefinition, entity: EntityDefinition): new () => object {
  const fixedScope = field.references?.scope;
  const name = field.referenceField ?? '';

  @Resolver(() => owner as new () => object)
  class ReferenceResolver {
    @FieldResolver(() => entity.target, {
      name,
      nullable: true,
      description: `The ${entity.name} that \`${field.name}\` names; null if there is none or it was deleted.`,
    })
    // TypeGraphQL finds the resolver of a field by the method's name, so all of them on one type need different ones.
    async [name](@Root() source: Source, @Ctx() context: GraphqlContext): Promise<RecordView | null> {
      const id = source[field.name];
      const scope = fixedScope ?? source[SCOPE] ?? source.scope;
      return typeof id === 'string' && scope !== undefined
        ? loadRecord(context, entity.name, { scope, id })
        : null;
    }
  }
  return ReferenceResolver;
}

/** Hands the record's scope down to nested objects whose references need it. */
function createNestedResolver(owner: object, field: FieldDefinition): new () => object {
  const type = field.graphqlType as new () => object;

  @Resolver(() => owner as new () => object)
  class NestedResolver {
    @FieldResolver(() => (field.list ? [type] : type), {
      name: field.name,
      nullable: field.nullable,
      description: field.description,
    })
    [field.name](@Root() source: Source): unknown {
      const value = source[field.name] as Source | readonly Source[] | null | undefined;
      const mark = (object: Source): Source => ({ ...object, [SCOPE]: source[SCOPE] ?? source.scope ?? '' });
      if (value === null || value === undefined) {
        return null;
      }
      return Array.isArray(value) ? (value as readonly Source[]).map(mark) : mark(value as Source);
    }
  }
  return NestedResolver;
}
