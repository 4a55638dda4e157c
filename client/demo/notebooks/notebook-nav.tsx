import { useQuery } from '@apollo/client/react';
import { IconInbox, IconNotebook } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { NotebooksDocument, NoteCountDocument } from '../../generated/documents.ts';
import { routeHref, type Route } from '../shell/route.ts';
import { NewNotebook } from './new-notebook.tsx';
import classes from './notebook-nav.module.css';
import type { Space } from './space.ts';

interface NotebookNavProps {
  readonly spaces: readonly Space[];
  readonly route: Route;
  readonly go: (change: Partial<Route>) => void;
}

/** Where to look: everything, a space, or one of its notebooks. */
export function NotebookNav({ spaces, route, go }: NotebookNavProps) {
  return (
    <nav className={classes.nav} aria-label="Notebooks">
      <NavItem
        icon={<IconInbox size={18} aria-hidden="true" />}
        label="All notes"
        target={{ space: null, notebook: null }}
        route={route}
      />
      {spaces.map((space) => (
        <SpaceSection key={space.scope} space={space} route={route} go={go} />
      ))}
    </nav>
  );
}

interface SpaceSectionProps extends Omit<NotebookNavProps, 'spaces'> {
  readonly space: Space;
}

function SpaceSection({ space, route, go }: SpaceSectionProps) {
  const { data } = useQuery(NotebooksDocument, {
    variables: { scopes: [space.scope], orderBy: [{ field: 'name', direction: 'ASC' }] },
  });
  return (
    <section aria-label={space.name}>
      <div className={classes.heading}>
        <h2 className={classes.headingText}>{space.name}</h2>
        <NewNotebook
          space={space}
          onCreated={(notebook) => go({ space: space.scope, notebook, note: null })}
        />
      </div>
      <NavItem
        icon={<IconInbox size={18} aria-hidden="true" />}
        label={space.isShared ? 'All team notes' : 'All my notes'}
        target={{ space: space.scope, notebook: null }}
        route={route}
      />
      {data?.notebooks.map(({ id, name }) => (
        <NavItem
          key={id}
          icon={<IconNotebook size={18} aria-hidden="true" />}
          label={name}
          target={{ space: space.scope, notebook: id }}
          route={route}
        />
      ))}
    </section>
  );
}

interface NavItemProps {
  readonly icon: ReactNode;
  readonly label: string;
  readonly target: Pick<Route, 'space' | 'notebook'>;
  readonly route: Route;
}

function NavItem({ icon, label, target, route }: NavItemProps) {
  const isHere = target.space === route.space && target.notebook === route.notebook;
  const href = routeHref({ ...target, note: null, isNew: false });
  return (
    <a className={classes.item} href={href} aria-current={isHere ? 'page' : undefined}>
      {icon}
      <span className={classes.label}>{label}</span>
      <NoteCount target={target} />
    </a>
  );
}

function NoteCount({ target }: Pick<NavItemProps, 'target'>) {
  const { data } = useQuery(NoteCountDocument, {
    variables: {
      ...(target.space === null ? {} : { scopes: [target.space] }),
      filter: target.notebook === null ? {} : { notebookId: { eq: target.notebook } },
    },
  });
  return <span className={classes.count}>{data?.noteCount.toLocaleString()}</span>;
}
