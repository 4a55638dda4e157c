import { createHash } from 'node:crypto';
import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  GraphQLError,
  Kind,
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
  /**
   * Whether reading the schema is free: what a playground asks for is far beyond the limits. graphql-js itself refuses
   * introspection that goes in circles.
   */
  readonly introspection: boolean;
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
        isExempt(context.getDocument(), limits) ? {} : rule(context),
  );
}

function isExempt(document: DocumentNode, { trusted, introspection }: DocumentLimits): boolean {
  return trusted.has(hashOf(document)) || (introspection && asksForSchemaAlone(document));
}

/** Each rule of a validation asks for the same document. */
const hashes = new WeakMap<DocumentNode, string>();

function hashOf(document: DocumentNode): string {
  const text = document.loc?.source.body ?? '';
  const hash = hashes.get(document) ?? createHash('sha256').update(text).digest('hex');
  hashes.set(document, hash);
  return hash;
}

function asksForSchemaAlone(document: DocumentNode): boolean {
  const operations = document.definitions.filter(({ kind }) => kind !== Kind.FRAGMENT_DEFINITION);
  return operations.every(
    (operation) =>
      operation.kind === Kind.OPERATION_DEFINITION &&
      operation.selectionSet.selections.every(
        (selection) => selection.kind === Kind.FIELD && selection.name.value === '__schema',
      ),
  );
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
