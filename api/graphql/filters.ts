import { GraphQLFloat, GraphQLID, GraphQLInt } from 'graphql';
import { Field, InputType, registerEnumType } from 'type-graphql';
import type { FieldDefinition } from '../entity/definition.ts';
import { DateTime } from '../entity/scalars.ts';
import type { FieldKind } from '../sync/model.ts';
import { defineField } from './define-field.ts';

export const OrderDirection = { ASC: 'ASC', DESC: 'DESC' } as const;
registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'Which end of an order comes first.',
  valuesConfig: {
    ASC: { description: 'Small before large, early before late; null comes first.' },
    DESC: { description: 'Large before small, late before early; null comes last.' },
  },
});

type Operator = 'eq' | 'in' | 'lt' | 'lte' | 'gt' | 'gte' | 'contains' | 'isNull';

const EQUAL: readonly Operator[] = ['eq', 'in', 'isNull'];
const ORDERED: readonly Operator[] = ['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'isNull'];

const MEANING: Readonly<Record<Operator, string>> = {
  eq: 'Equal to this value; `null` means the same as `isNull: true`.',
  in: 'Equal to one of these values. An empty list matches nothing.',
  lt: 'Before this value.',
  lte: 'Before this value or equal to it.',
  gt: 'After this value.',
  gte: 'After this value or equal to it.',
  contains: 'Contains this text, whatever the case of its letters.',
  isNull: 'True: the field is null. False: it is not.',
};

const RULE = 'All operators in one object have to hold; a comparison with a null field does not.';

/** A filter input for one kind of value. */
function createFilter(name: string, type: object, operators: readonly Operator[]): new () => object {
  const target = class {};
  for (const operator of operators) {
    const thunk = operator === 'isNull' ? () => Boolean : () => (operator === 'in' ? [type] : type);
    defineField(target, operator, { thunk, nullable: true, description: MEANING[operator] });
  }
  const what = name.slice(0, -'Filter'.length);
  InputType(name, { description: `A condition on a field of type ${what}. ${RULE}` })(target);
  return target;
}

@InputType('StringListFilter', { description: `A condition on a list of texts or ids. ${RULE}` })
class StringListFilter {
  @Field(() => String, { nullable: true, description: 'The list has this element, exactly as written.' })
  contains!: string | undefined;

  @Field(() => Boolean, { nullable: true, description: MEANING.isNull })
  isNull!: boolean | undefined;
}

export const IDFilter = createFilter('IDFilter', GraphQLID, EQUAL);
export const DateTimeFilter = createFilter('DateTimeFilter', DateTime, ORDERED);

/** Enums have a filter of their own each; JSON and nested objects have none. */
const BY_KIND: Readonly<Partial<Record<FieldKind, object>>> = {
  id: IDFilter,
  string: createFilter('StringFilter', String, [...ORDERED, 'contains']),
  int: createFilter('IntFilter', GraphQLInt, ORDERED),
  float: createFilter('FloatFilter', GraphQLFloat, ORDERED),
  boolean: createFilter('BooleanFilter', Boolean, ['eq', 'isNull']),
  dateTime: DateTimeFilter,
};

/** The filter inputs of one schema: enums get one each, made when the first field needs it. */
export class FilterTypes {
  readonly #enums = new Map<object, object>();

  /** The filter input for a field; undefined for fields that cannot be filtered by. */
  of(field: FieldDefinition): object | undefined {
    if (field.list) {
      return field.kind === 'string' || field.kind === 'id' ? StringListFilter : undefined;
    }
    return field.kind === 'enum' ? this.#ofEnum(field) : BY_KIND[field.kind];
  }

  #ofEnum({ graphqlType, typeName }: FieldDefinition): object {
    const filter =
      this.#enums.get(graphqlType) ?? createFilter(`${typeName ?? ''}Filter`, graphqlType, EQUAL);
    this.#enums.set(graphqlType, filter);
    return filter;
  }
}
