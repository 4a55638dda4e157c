import { ActionIcon } from '@mantine/core';
import { IconPencilPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { newId } from '../../index.ts';
import { useSyncedList } from '../../react.ts';
import { listQuery } from '../notes/list-query.ts';
import { NoteEditor } from '../notes/note-editor.tsx';
import { NoteList } from '../notes/note-list.tsx';
import { OrderList, orderQuery } from '../orders/order-list.tsx';
import { OrderView } from '../orders/order-view.tsx';
import { ListSkeleton } from '../shell/list-skeleton.tsx';
import { Problem } from '../shell/problem.tsx';
import type { Go, Route } from '../shell/route.ts';
import { Work } from '../sync/attention-room.tsx';
import classes from './device.module.css';
import { TEAM } from './person.ts';

interface ScreenProps {
  readonly route: Route;
  readonly go: Go;
}

/** What is on a device's screen: the app's own rooms, one pane at a time. */
export function DeviceScreen(props: ScreenProps) {
  switch (props.route.view) {
    case 'attention':
      return (
        <div className={classes.attention}>
          <Work />
        </div>
      );
    case 'orders':
      return <Orders {...props} />;
    default:
      return <Notes {...props} />;
  }
}

function Notes({ route, go }: ScreenProps) {
  if (route.note === null) return <TeamNotes route={route} go={go} />;
  return (
    <NoteEditor
      key={route.note.id}
      noteRef={route.note}
      isNew={route.isNew}
      notebookId={null}
      onClose={() => go({ note: null, isNew: false })}
      withBack
    />
  );
}

function TeamNotes({ route, go }: ScreenProps) {
  const { rows, loading, error } = useSyncedList(listQuery(route, '', 'edited'));
  const begin = (
    <ActionIcon aria-label="New note" onClick={() => go({ note: { scope: TEAM, id: newId() }, isNew: true })}>
      <IconPencilPlus size={20} />
    </ActionIcon>
  );
  return (
    <List title="Team notes" action={begin}>
      {error && <Problem error={error} />}
      {loading && <ListSkeleton label="Loading the notes" />}
      {!error && !loading && <NoteList notes={rows} route={route} />}
    </List>
  );
}

function Orders({ route, go }: ScreenProps) {
  if (route.order === null) return <TeamOrders route={route} />;
  return (
    <OrderView key={route.order.id} orderRef={route.order} withBack onClose={() => go({ order: null })} />
  );
}

function TeamOrders({ route }: Pick<ScreenProps, 'route'>) {
  const { rows, loading, error } = useSyncedList(orderQuery(TEAM));
  return (
    <List title="Team orders">
      {error && <Problem error={error} />}
      {loading && <ListSkeleton label="Loading the orders" />}
      {!error && !loading && <OrderList orders={rows} route={route} />}
    </List>
  );
}

interface ListProps {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

function List({ title, action, children }: ListProps) {
  return (
    <div className={classes.list}>
      <div className={classes.listHead}>
        <h3 className={classes.listTitle}>{title}</h3>
        {action}
      </div>
      {children}
    </div>
  );
}
