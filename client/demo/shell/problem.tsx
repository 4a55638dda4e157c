import { Button, EmptyState } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface ProblemProps {
  readonly error?: unknown;
  readonly icon?: ReactNode;
  readonly title?: string;
  readonly text?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** An empty place that says why it is empty and what to do next. */
export function Problem({ error, icon, title, text, action }: ProblemProps) {
  const words = wordsFor(error);
  return (
    <EmptyState
      p="xl"
      mt="xl"
      icon={icon ?? <IconCloudOff size={32} stroke={1.5} />}
      title={title ?? words.title}
      description={text ?? words.text}
      role={error === undefined ? undefined : 'alert'}
    >
      {action && (
        <EmptyState.Actions>
          <Button variant="default" onClick={action.run}>
            {action.label}
          </Button>
        </EmptyState.Actions>
      )}
    </EmptyState>
  );
}

function wordsFor(error: unknown): { title: string; text: string } {
  if (codeOf(error) === 'NEVER_SYNCED') {
    return {
      title: 'This is not on your device yet',
      text: 'Connect once and it will be here from then on, with a connection or without.',
    };
  }
  return {
    title: 'This could not be shown',
    text: error instanceof Error ? error.message : 'Please try again.',
  };
}

/** The code of an error, or of the first one of several that Apollo bundles. */
function codeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error) return error.code;
  if ('errors' in error && Array.isArray(error.errors)) {
    const first = error.errors[0] as { extensions?: { code?: unknown } } | undefined;
    return first?.extensions?.code;
  }
  return undefined;
}
