import { Textarea } from '@mantine/core';
import { useLayoutEffect, useRef, type RefObject } from 'react';
import { shiftCaret } from './caret.ts';
import classes from './note-editor.module.css';
import type { NoteEditing } from './use-note-draft.ts';

interface FieldProps {
  readonly editing: NoteEditing;
}

const TITLE_MAX = 200;

export function TitleField({ editing, autoFocus }: FieldProps & { readonly autoFocus: boolean }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useKeptCaret(field, editing.shown.title);
  return (
    <Textarea
      ref={field}
      variant="unstyled"
      aria-label="Title"
      placeholder="Title"
      autosize
      maxLength={TITLE_MAX}
      autoFocus={autoFocus}
      classNames={{ input: classes.title ?? '' }}
      value={editing.shown.title}
      // A title is one line, however it is wrapped.
      onChange={(event) => editing.edit({ title: event.currentTarget.value.replace(/\s*\n\s*/g, ' ') })}
    />
  );
}

export function ContentField({ editing }: FieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useKeptCaret(field, editing.shown.content);
  return (
    <Textarea
      ref={field}
      variant="unstyled"
      aria-label="Content"
      placeholder="Write something …"
      autosize
      minRows={12}
      classNames={{ input: classes.content ?? '' }}
      value={editing.shown.content}
      onChange={(event) => editing.edit({ content: event.currentTarget.value })}
    />
  );
}

/** Keeps the caret at its words when text from elsewhere is merged in while a person writes. */
function useKeptCaret(field: RefObject<HTMLTextAreaElement | null>, value: string): void {
  const known = useRef({ value, caret: 0 });

  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    const remember = () => (known.current = { value: element.value, caret: element.selectionStart });
    element.addEventListener('input', remember);
    document.addEventListener('selectionchange', remember);
    return () => {
      element.removeEventListener('input', remember);
      document.removeEventListener('selectionchange', remember);
    };
  }, [field]);

  useLayoutEffect(() => {
    const element = field.current;
    const before = known.current;
    if (element === null || before.value === value) return;
    known.current = { value, caret: shiftCaret(before.caret, before.value, value) };
    if (document.activeElement !== element) return;
    element.setSelectionRange(known.current.caret, known.current.caret);
  }, [field, value]);
}
