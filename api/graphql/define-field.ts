import { Field } from 'type-graphql';

/** What a generated class says about one of its fields. */
export interface FieldSpec {
  /** A scalar, a registered enum object, a decorated class, or one of them in brackets for a list. */
  readonly thunk: () => object;
  readonly description: string;
  readonly nullable?: boolean;
  readonly defaultValue?: unknown;
  readonly deprecationReason?: string | undefined;
}

/** Applies TypeGraphQL's `@Field` to a class that is generated rather than written. */
export function defineField(target: new () => object, name: string, spec: FieldSpec): void {
  const { thunk, nullable = false, description, deprecationReason, defaultValue } = spec;
  const options = {
    nullable,
    description,
    ...(deprecationReason === undefined ? {} : { deprecationReason }),
    ...(defaultValue === undefined ? {} : { defaultValue }),
  };
  Field(thunk as () => typeof String, options)(target.prototype as object, name);
}
