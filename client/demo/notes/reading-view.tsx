import { Text } from '@mantine/core';
import { lazy, Suspense } from 'react';

const MarkdownView = lazy(async () => ({ default: (await import('./markdown-view.tsx')).MarkdownView }));

/** The text of a note, to be read; as it was typed until the reader of Markdown is there. */
export function ReadingView({ text }: { readonly text: string }) {
  if (text.trim() === '') return <Text c="dimmed">Nothing to read yet.</Text>;
  return (
    <Suspense fallback={<Text style={{ whiteSpace: 'pre-wrap' }}>{text}</Text>}>
      <MarkdownView text={text} />
    </Suspense>
  );
}
