/** Thrown at start when entity classes cannot be read: every sentence names the place and says how to mend it. */
export class EntityDefinitionError extends Error {
  override readonly name = 'EntityDefinitionError';
  readonly code = 'BAD_ENTITY_DEFINITION';

  constructor(readonly problems: readonly string[]) {
    super(`The entity classes need mending:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

/** Takes one sentence that says what is wrong and how to mend it. */
export type Report = (problem: string) => void;
