import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Extensions, Field, ID, Info, Int, Query, Resolver } from 'type-graphql';
import { camelCase } from '../entity/naming.ts';
import { SyncCursor } from '../entity/scalars.ts';
import type { DeltaPage } from '../sync/model.ts';
import type { GraphqlContext } from './context.ts';
import { DELTA_OF, deltaOf } from './deltas-once.ts';
import type { EntityTypes } from './derive-types.ts';

/** The arguments are read from the operation as a whole (deltas-once.ts); this says what they are. */
@ArgsType()
export class PageArgs {
  @Field(() => SyncCursor, {
    nullable: true,
    description: 'The `cursor` of the page before. Absent: from the beginning.',
  })
  since!: string | undefined;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 1000,
    description: 'The most records to answer, 1 to 5,000; pages end at 2 MB, too.',
  })
  limit!: number;
}

@ArgsType()
class DeltaArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: "The scope to read. Absent: the viewer's own." })
  scope!: string | undefined;

  @Field(() => ID, {
    nullable: true,
    description: 'The device whose last executed `seq` is to be reported as `at.executed`.',
  })
  device!: string | undefined;
}

/** `noteDelta`: what changed since a cursor (R1 … R9). */
export function createDeltaResolver({ entity, delta }: EntityTypes): new () => object {
  @Resolver()
  class DeltaResolver {
    @Query(() => delta, {
      name: `${camelCase(entity.name)}Delta`,
      description: `The ${entity.plural} of a scope that changed since a cursor. All deltas of one operation read the same moment.`,
    })
    @Extensions({ [DELTA_OF]: entity.name })
    async delta(
      @Args(() => DeltaArgs) _args: DeltaArgs,
      @Ctx() context: GraphqlContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<DeltaPage> {
      return deltaOf(info, context);
    }
  }
  return DeltaResolver;
}
