import { Arg, Args, ArgsType, Ctx, Field, ID, Int, Query, Resolver } from 'type-graphql';
import { camelCase } from '../entity/naming.ts';
import type { Filter, Order, RecordView } from '../sync/model.ts';
import type { GraphqlContext } from './context.ts';
import { defineField } from './define-field.ts';
import type { EntityTypes } from './derive-types.ts';
import { loadRecord } from './record-loader.ts';

const MAX_LIST = 1_000;
const DEFAULT_LIST = 50;

@ArgsType()
class SelectionArgs {
  @Field(() => [ID], {
    nullable: true,
    description: 'The scopes to look in. Absent: all that the viewer may read.',
  })
  scopes!: string[] | undefined;

  filter!: Filter | undefined;
}

@ArgsType()
class ListArgs extends SelectionArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_LIST,
    description: 'The most records to answer, 0 to 1,000.',
  })
  limit!: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: 'How many of the first records to leave out.',
  })
  offset!: number | null;

  orderBy!: Order[] | undefined;
}

/** The newest first, unless the request says otherwise. */
const DEFAULT_ORDER: readonly Order[] = [{ field: 'updatedAt', direction: 'DESC' }];

const clamp = (value: number, max: number): number => Math.min(Math.max(value, 0), max);

/** The arguments of a type's list and count: its own filter and order beside what all types share. */
function deriveArguments({ filter, order }: EntityTypes) {
  class Selection extends SelectionArgs {}
  class List extends ListArgs {}
  const filterSpec = {
    thunk: () => filter,
    nullable: true,
    description: 'Which records to take. Absent: all.',
  };
  const orderSpec = {
    thunk: () => [order],
    nullable: true,
    description: 'The order. Absent: the last changed first.',
  };
  defineField(Selection, 'filter', filterSpec);
  defineField(List, 'filter', filterSpec);
  defineField(List, 'orderBy', orderSpec);
  ArgsType()(Selection);
  ArgsType()(List);
  return { Selection, List };
}

/** `notes` and `noteCount`: online reads of live records. */
export function createListResolver(types: EntityTypes): new () => object {
  const { name, plural, target } = types.entity;
  const { Selection, List } = deriveArguments(types);

  @Resolver()
  class ListResolver {
    @Query(() => [target], { name: plural, description: `The live ${plural} that match, in order.` })
    async list(
      @Args(() => List) args: ListArgs,
      @Ctx() { engine, viewer }: GraphqlContext,
    ): Promise<readonly RecordView[]> {
      return engine.list({
        viewer,
        type: name,
        scopes: args.scopes ?? undefined,
        filter: args.filter ?? undefined,
        orderBy: args.orderBy ?? DEFAULT_ORDER,
        limit: clamp(args.limit ?? DEFAULT_LIST, MAX_LIST),
        offset: clamp(args.offset ?? 0, Number.MAX_SAFE_INTEGER),
      });
    }

    @Query(() => Int, { name: `${camelCase(name)}Count`, description: `How many live ${plural} match.` })
    async count(
      @Args(() => Selection) args: SelectionArgs,
      @Ctx() { engine, viewer }: GraphqlContext,
    ): Promise<number> {
      return engine.count({
        viewer,
        type: name,
        scopes: args.scopes ?? undefined,
        filter: args.filter ?? undefined,
      });
    }
  }
  return ListResolver;
}

/** `note`: one live record. */
export function createSingleResolver({ entity }: EntityTypes): new () => object {
  const { name, target } = entity;
  const scopeDescription = "The scope it lives in. Absent: the viewer's own.";

  @Resolver()
  class SingleResolver {
    @Query(() => target, {
      name: camelCase(name),
      nullable: true,
      description: `One live ${name}; null if there is none or the viewer may not read it.`,
    })
    async single(
      @Arg('scope', () => ID, { nullable: true, description: scopeDescription })
      scope: string | null | undefined,
      @Arg('id', () => ID, { description: 'Its id.' }) id: string,
      @Ctx() context: GraphqlContext,
    ): Promise<RecordView | null> {
      const place = scope ?? entity.scope ?? context.viewer.ownScope;
      return loadRecord(context, name, { scope: place, id });
    }
  }
  return SingleResolver;
}
