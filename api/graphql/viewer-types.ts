import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Position } from '../entity/scalars.ts';

export const ScopeAccess = { READ: 'READ', WRITE: 'WRITE' } as const;
registerEnumType(ScopeAccess, {
  name: 'ScopeAccess',
  description: 'What a viewer may do in a scope.',
  valuesConfig: {
    READ: { description: 'Read every record of the scope.' },
    WRITE: { description: 'Read and write every record of the scope.' },
  },
});

@ObjectType('ViewerScope', { simpleResolvers: true, description: 'A scope that the viewer may read.' })
export class ViewerScope {
  @Field(() => ID, { description: "The scope's id, such as `user:ada` or `team:demo`." })
  id!: string;

  @Field(() => ScopeAccess, { description: 'What the viewer may do there.' })
  access!: keyof typeof ScopeAccess;

  @Field(() => Position, {
    description: 'Its newest position: pull only scopes whose head differs from the stored one.',
  })
  head!: number;

  @Field(() => ID, {
    description: 'The epoch of that position: the same head in another epoch is another history, so pull.',
  })
  epoch!: string;
}

@ObjectType('Viewer', { simpleResolvers: true, description: 'Who asks.' })
export class Viewer {
  @Field(() => ID, { description: "The user's id." })
  id!: string;

  @Field(() => String, { description: "The user's name, for people." })
  name!: string;
}

@ObjectType('TypeDigest', {
  simpleResolvers: true,
  description: 'A fingerprint of the live records of one type in one scope.',
})
export class TypeDigest {
  @Field(() => String, { description: 'The name of the type.' })
  type!: string;

  @Field(() => Int, { description: 'How many live records there are.' })
  count!: number;

  @Field(() => String, {
    description: 'SHA-256, hex, of the lines `id:version` of the live records in byte order of the ids.',
  })
  sha256!: string;

  @Field(() => Position, { description: 'The head of the scope at which it was read.' })
  head!: number;
}

@ObjectType('ScopeHead', {
  simpleResolvers: true,
  description:
    'A poke: something changed in a scope. It carries no data; pokes may be lost, doubled or late.',
})
export class ScopeHead {
  @Field(() => ID, { description: 'The scope that changed.' })
  scope!: string;

  @Field(() => Position, { description: 'Its newest position.' })
  head!: number;

  @Field(() => Boolean, {
    description: 'Whether what the viewer may do there has changed: ask `viewer` again.',
  })
  accessChanged!: boolean;
}
