import { createHash } from 'node:crypto';
import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  GraphQLError,
  type ASTVisitor,
  type DocumentNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** Limits for documents that nobody vouched for. */
export interface DocumentLimits {
  /** SHA-256 (hex) of documents exempt from them: the sync documents, and those of a codegen. */
  readonly trusted: ReadonlySet<string>;
  readonly tokens: number;
}

const ARMOR = new ApolloArmor({
  maxAliases: { n: 15, allowList: [] },
  maxDirectives: { n: 5 },
  maxDepth: { n: 15, ignoreIntrospection: false },
  costLimit: { maxCost: 5_000, ignoreIntrospection: false },
  maxTokens: { enabled: false },
  blockFieldSuggestion: { enabled: false },
});

/** Validation rules that refuse what costs too much to execute; a trusted document passes them unread. */
export function documentLimitRules(limits: DocumentLimits): ValidationRule[] {
  const rules = [...(ARMOR.protect().validationRules as ValidationRule[]), tokenLimitRule(limits.tokens)];
  return rules.map(
    (rule) =>
      (context: ValidationContext): ASTVisitor =>
        isTrusted(context.getDocument(), limits.trusted) ? {} : rule(context),
  );
}

/** Each rule of a validation asks the same document. */
const verdicts = new WeakMap<DocumentNode, boolean>();

function isTrusted(document: DocumentNode, trusted: ReadonlySet<string>): boolean {
  const known = verdicts.get(document);
  if (known !== undefined) return known;
  const text = document.loc?.source.body ?? '';
  const verdict = trusted.has(createHash('sha256').update(text).digest('hex'));
  verdicts.set(document, verdict);
  return verdict;
}

function tokenLimitRule(limit: number): ValidationRule {
  return (context) => ({
    Document(document) {
      let count = 0;
      for (let token = document.loc?.startToken.next; token; token = token.next) count++;
      if (count <= limit) return;
      const message = `This document has more than ${limit} tokens: ask for less at once.`;
      context.reportError(new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } }));
    },
  });
}
