/** What of the rules cannot be seen by a client at all, and why. A rule that has checks too is seen in part. */
export const UNOBSERVABLE: Readonly<Record<string, string>> = {
  R5: 'reset itself takes a purge, a restored backup or a new epoch, which a client cannot cause',
  R8: 'that the cost does not grow with the table shows in query plans only',
  R9: 'the rest of it binds clients',
  R15: 'that an answer comes after a durable commit shows only when the machine dies',
  R28: 'that a unique value refuses only its culprit needs a unique field, which the schema does not tell',
  R29: "writes of the server's own code, and its guard, are inside the server",
  R31: 'that a socket ends with a membership takes an administrator',
  R32: 'the rollback of an operation that fails shows only when it fails',
};
