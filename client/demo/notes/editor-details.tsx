import { useQuery } from '@apollo/client/react';
import { Select, TagsInput } from '@mantine/core';
import { IconNotebook, IconTag } from '@tabler/icons-react';
import { NotebooksDocument } from '../../generated/documents.ts';
import classes from './note-editor.module.css';
import { SpaceLabel } from '../notebooks/space-label.tsx';
import type { NoteEditing } from './use-note-draft.ts';

const TAGS_MAX = 50;
const TAG_MAX_LENGTH = 50;
const ICON_WIDTH_PX = 26;
const NO_NOTEBOOK = { value: '', label: 'No notebook' };

interface EditorDetailsProps {
  readonly editing: NoteEditing;
  readonly scope: string;
}

/** Notebook and tags, in one quiet row under the title. */
export function EditorDetails({ editing, scope }: EditorDetailsProps) {
  // A notebook belongs to one space, as its notes do.
  const { data } = useQuery(NotebooksDocument, { variables: { scopes: [scope] } });
  const notebooks = data?.notebooks ?? [];
  return (
    <div className={classes.details}>
      <SpaceLabel scope={scope} />
      {notebooks.length > 0 && (
        <Select
          variant="unstyled"
          className={classes.notebook ?? ''}
          aria-label="Notebook"
          leftSection={<IconNotebook size={17} aria-hidden="true" />}
          leftSectionWidth={ICON_WIDTH_PX}
          data={[NO_NOTEBOOK, ...notebooks.map(({ id, name }) => ({ value: id, label: name }))]}
          value={editing.shown.notebookId ?? NO_NOTEBOOK.value}
          onChange={(value) => editing.edit({ notebookId: value === NO_NOTEBOOK.value ? null : value })}
          allowDeselect={false}
        />
      )}
      <TagsInput
        variant="unstyled"
        className={classes.tags ?? ''}
        classNames={{ inputField: classes.tagField ?? '' }}
        aria-label="Tags"
        placeholder={editing.shown.tags.length === 0 ? 'Add tags' : ''}
        leftSection={<IconTag size={17} aria-hidden="true" />}
        leftSectionWidth={ICON_WIDTH_PX}
        maxTags={TAGS_MAX}
        maxLength={TAG_MAX_LENGTH}
        value={[...editing.shown.tags]}
        onChange={(tags) => editing.edit({ tags })}
      />
    </div>
  );
}
