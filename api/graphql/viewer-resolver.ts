import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { ScopeHead as Head, TypeDigest as Digest, Viewer as ViewerModel } from '../sync/model.ts';
import type { GraphqlContext } from './context.ts';
import { ScopeHead, TypeDigest, Viewer, ViewerScope } from './viewer-types.ts';

@ArgsType()
class HeadsArgs {
  @Field(() => [ID], {
    nullable: true,
    description: 'The scopes to watch. Absent: all that the viewer may read.',
  })
  scopes!: string[] | undefined;
}

/** Who asks, what they may see, and how far it has come. */
@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Who asks, and the scopes they may read.' })
  viewer(@Ctx() { viewer }: GraphqlContext): ViewerModel {
    return viewer;
  }

  @FieldResolver(() => [ViewerScope], {
    description: 'The scopes that the viewer may read, with their newest positions.',
  })
  async scopes(@Root() viewer: ViewerModel, @Ctx() { engine }: GraphqlContext): Promise<readonly object[]> {
    return engine.heads(viewer);
  }

  @Query(() => [TypeDigest], {
    description:
      'A fingerprint of each type in a scope, for a device to compare its copy with at a checkpoint.',
  })
  async scopeDigest(
    @Arg('scope', () => ID, { description: 'The scope to read.' }) scope: string,
    @Ctx() { engine, viewer }: GraphqlContext,
  ): Promise<readonly Digest[]> {
    return engine.digest(viewer, scope);
  }

  @Subscription(() => ScopeHead, {
    description:
      'Tells after each commit which scope has moved on. A hint to pull: it may be lost, doubled or late.',
    subscribe: ({ args, context }) =>
      (context as GraphqlContext).heads((args as Partial<HeadsArgs>).scopes ?? undefined),
  })
  scopeHeads(@Root() head: Head, @Args(() => HeadsArgs) _args: HeadsArgs): Head {
    return head;
  }
}
