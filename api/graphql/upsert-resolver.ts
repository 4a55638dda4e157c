import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Extensions,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Resolver,
  UseMiddleware,
} from 'type-graphql';
import type { MiddlewareFn } from 'type-graphql';
import { pascalCase } from '../entity/naming.ts';
import type { DeltaPage } from '../sync/model.ts';
import type { GraphqlContext } from './context.ts';
import { PageArgs } from './delta-resolver.ts';
import type { EntityTypes } from './derive-types.ts';
import { PAYLOAD_DELTA, payloadDelta, UPSERT_OF, upsertPayload } from './push-once.ts';
import { DeviceInput } from './sync-types.ts';

/**
 * Answers before TypeGraphQL turns the arguments into instances of the derived classes: nobody reads those, and for a
 * push of 1,000 changes making them costs more than the push's own statements.
 */
const push: MiddlewareFn<GraphqlContext> = ({ context, info }) => upsertPayload(info, context);

/** `upsertNotes`: creates, edits, deletes and restores records (R10 … R15, R20 … R28). */
export function createUpsertResolver({ entity, upsert, payload }: EntityTypes): new () => object {
  @Resolver()
  class UpsertResolver {
    @Mutation(() => payload, {
      name: `upsert${pascalCase(entity.plural)}`,
      description: `Creates, edits, deletes and restores ${entity.plural}. All upserts of one operation are one transaction in one scope; a refused change does not undo the others.`,
    })
    @Extensions({ [UPSERT_OF]: entity.name })
    @UseMiddleware(push)
    upsert(
      @Arg('scope', () => ID, {
        nullable: true,
        description: "The scope to write in. Absent: the viewer's own.",
      })
      _scope: string,
      @Arg('device', () => DeviceInput, {
        nullable: true,
        description: 'Who sends. Absent: no exactly-once; for scripts and the playground.',
      })
      _device: DeviceInput,
      @Arg('changes', () => [upsert], {
        description: 'The changes in the order they were made, at most 1,000.',
      })
      _changes: object[],
    ): never {
      throw new Error('The push answers in the middleware.');
    }
  }
  return UpsertResolver;
}

/** `delta` in a payload: the answer to the next pull in the same request. */
export function createPayloadResolver({ entity, payload, delta }: EntityTypes): new () => object {
  @Resolver(() => payload)
  class PayloadResolver {
    @FieldResolver(() => delta, {
      name: 'delta',
      nullable: true,
      description: `The ${entity.plural} of the scope that changed since a cursor, read after the changes were committed.`,
    })
    @Extensions({ [PAYLOAD_DELTA]: true })
    async delta(
      @Args(() => PageArgs) _args: PageArgs,
      @Ctx() context: GraphqlContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<DeltaPage> {
      return payloadDelta(info, context);
    }
  }
  return PayloadResolver;
}
