import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, JsonScalar, Position } from '../entity/scalars.ts';

/** What became of a change (R23). */
export const UpsertOutcome = {
  QUEUED: 'QUEUED',
  APPLIED: 'APPLIED',
  MERGED: 'MERGED',
  SUPERSEDED: 'SUPERSEDED',
  CONFLICT: 'CONFLICT',
  REJECTED: 'REJECTED',
} as const;
registerEnumType(UpsertOutcome, {
  name: 'UpsertOutcome',
  description: 'What became of a change.',
  valuesConfig: {
    QUEUED: { description: 'Durable on the device and not sent yet. Said by the offline client only.' },
    APPLIED: { description: 'Accepted as it stands: nobody else had changed the same fields.' },
    MERGED: {
      description:
        "Everything of yours is kept; some of it was combined with, or put over, another's change.",
    },
    SUPERSEDED: { description: "Some of your values lost against another's; `conflicts` lists them." },
    CONFLICT: { description: 'Not applied: a person has to decide. `conflicts` holds both sides.' },
    REJECTED: { description: 'Refused; `error` says why. Sending the same change again will not help.' },
  },
});

export const ConflictSide = {
  YOURS: 'YOURS',
  THEIRS: 'THEIRS',
  MERGED: 'MERGED',
  UNDECIDED: 'UNDECIDED',
} as const;
registerEnumType(ConflictSide, {
  name: 'ConflictSide',
  description: 'Whose value a field holds after a conflict.',
  valuesConfig: {
    YOURS: { description: 'The value you sent.' },
    THEIRS: { description: 'The value that was there.' },
    MERGED: { description: 'A combination of both.' },
    UNDECIDED: { description: 'Nobody decided yet; the record is unchanged.' },
  },
});

export const UpsertErrorCode = {
  BAD_INPUT: 'BAD_INPUT',
  FORBIDDEN: 'FORBIDDEN',
  GONE: 'GONE',
  MISSING_REFERENCE: 'MISSING_REFERENCE',
  ALREADY_EXISTS: 'ALREADY_EXISTS',
  RULE_VIOLATED: 'RULE_VIOLATED',
  GROUP_REFUSED: 'GROUP_REFUSED',
  TOO_LARGE: 'TOO_LARGE',
  SEQ_REUSED: 'SEQ_REUSED',
  STALE_SEQ: 'STALE_SEQ',
  SCOPE_FORBIDDEN: 'SCOPE_FORBIDDEN',
} as const;
registerEnumType(UpsertErrorCode, {
  name: 'UpsertErrorCode',
  description: 'Why a change was refused. Decide by this code, never by the message.',
  valuesConfig: {
    BAD_INPUT: { description: 'A value is not allowed; `field` names it.' },
    FORBIDDEN: { description: 'You may not make this change.' },
    GONE: {
      description:
        'The record does not exist any more. `deleted: false` with all required fields creates it.',
    },
    MISSING_REFERENCE: { description: 'The record that `field` refers to does not exist.' },
    ALREADY_EXISTS: { description: 'Another record of the scope has the same unique values.' },
    RULE_VIOLATED: { description: 'A rule of this type forbids the resulting record.' },
    GROUP_REFUSED: { description: 'Another change of the same group was refused, so this one was, too.' },
    TOO_LARGE: { description: 'The change is larger than 256 kB.' },
    SEQ_REUSED: { description: 'This number was used for another change of this device.' },
    STALE_SEQ: { description: 'This number is long executed and its outcome is not kept any more.' },
    SCOPE_FORBIDDEN: { description: 'You may not write in this scope.' },
  },
});

@InputType('DeviceInput', {
  description:
    'The installation that sends a push. With it every change takes effect exactly once; without it a repeated request is a new one.',
})
export class DeviceInput {
  @Field(() => ID, { description: "The installation's own id, made once by the client." })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The epoch the device knows. If the server has another one, it answers `EPOCH_CHANGED` and writes nothing.',
  })
  epoch!: string | undefined;

  @Field(() => DateTime, { description: "The device's clock when the request left: it corrects `editedAt`." })
  sentAt!: string;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'The highest `seq` up to which the device holds every answer; the server may forget those.',
  })
  acknowledged!: number;
}

@ObjectType('DeltaPoint', {
  simpleResolvers: true,
  description: 'Where in the history of its scope a delta page stands.',
})
export class DeltaPoint {
  @Field(() => ID, {
    description: "The epoch of the server's history; a higher one starts all cursors anew.",
  })
  epoch!: string;

  @Field(() => Position, { description: 'The position up to which this page delivers.' })
  position!: number;

  @Field(() => Position, {
    nullable: true,
    description: 'While a first download runs: the head when it began. Null otherwise.',
  })
  floor!: number | null;

  @Field(() => Position, {
    description: "The scope's newest position: progress is `position` against `head`.",
  })
  head!: number;

  @Field(() => Int, { description: 'The last executed `seq` of the device that was named; 0 without one.' })
  executed!: number;
}

@ObjectType('FieldConflict', {
  simpleResolvers: true,
  description: 'A field that two devices changed in different ways.',
})
export class FieldConflict {
  @Field(() => String, { description: 'The name of the field; `deleted` for an edit against a delete.' })
  field!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'What you saw before your edit.' })
  base!: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'What you sent.' })
  yours!: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'What the record held when your change arrived.' })
  theirs!: unknown;

  @Field(() => ConflictSide, { description: 'Which of them the record holds now.' })
  kept!: keyof typeof ConflictSide;
}

@ObjectType('UpsertError', { simpleResolvers: true, description: 'Why one change was refused.' })
export class UpsertError {
  @Field(() => UpsertErrorCode, { description: 'The reason, for programs.' })
  code!: keyof typeof UpsertErrorCode;

  @Field(() => String, { description: 'The reason, for people.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'The field at fault, if it is one.' })
  field!: string | null;
}
