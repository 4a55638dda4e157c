import { useQuery } from '@apollo/client/react';
import { IconFiles, IconNotebook } from '@tabler/icons-react';
import { NotebooksDocument, NoteCountDocument } from '../../generated/documents.ts';
import { NavCount, NavItem, NavSection } from '../shell/nav-item.tsx';
import { routeHref, type Go, type Route } from '../shell/route.ts';
import { NewNotebook } from './new-notebook.tsx';
import { NotebookMenu } from './notebook-menu.tsx';
import type { Space } from './space.ts';

interface NotebookNavProps {
  readonly spaces: readonly Space[];
  readonly route: Route;
  readonly go: Go;
}

/** Where notes are: everything, a space, or one of its notebooks. */
export function NotebookNav({ spaces, route, go }: NotebookNavProps) {
  return (
    <>
      <NotesItem label="All notes" target={{ space: null, notebook: null }} route={route} />
      {spaces.map((space) => (
        <SpaceSection key={space.scope} space={space} route={route} go={go} />
      ))}
    </>
  );
}

interface SpaceSectionProps extends Omit<NotebookNavProps, 'spaces'> {
  readonly space: Space;
}

function SpaceSection({ space, route, go }: SpaceSectionProps) {
  const { scope } = space;
  const { data } = useQuery(NotebooksDocument, {
    variables: { scopes: [scope], orderBy: [{ field: 'name', direction: 'ASC' }] },
  });
  return (
    <NavSection
      title={space.name}
      action={
        <NewNotebook
          space={space}
          onCreated={(notebook) => go({ view: 'notes', space: scope, notebook, note: null, order: null })}
        />
      }
    >
      <NotesItem
        label={space.isShared ? 'All team notes' : 'All my notes'}
        target={{ space: scope, notebook: null }}
        route={route}
      />
      {data?.notebooks.map((notebook) => (
        <NotebookMenu
          key={notebook.id}
          notebook={notebook}
          onDeleted={() => route.notebook === notebook.id && go({ notebook: null })}
        >
          <NotesItem label={notebook.name} target={{ space: scope, notebook: notebook.id }} route={route} />
        </NotebookMenu>
      ))}
    </NavSection>
  );
}

interface NotesItemProps {
  readonly label: string;
  readonly target: Pick<Route, 'space' | 'notebook'>;
  readonly route: Route;
}

function NotesItem({ label, target, route }: NotesItemProps) {
  const Icon = target.notebook === null ? IconFiles : IconNotebook;
  const isHere = route.view === 'notes' && target.space === route.space && target.notebook === route.notebook;
  return (
    <NavItem
      icon={<Icon size={18} aria-hidden="true" />}
      label={label}
      href={routeHref(target)}
      isHere={isHere}
    >
      <NoteCount target={target} />
    </NavItem>
  );
}

function NoteCount({ target }: Pick<NotesItemProps, 'target'>) {
  const { data } = useQuery(NoteCountDocument, {
    variables: {
      ...(target.space === null ? {} : { scopes: [target.space] }),
      filter: target.notebook === null ? {} : { notebookId: { eq: target.notebook } },
    },
  });
  return <NavCount count={data?.noteCount} />;
}
