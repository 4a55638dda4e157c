import { Progress, Text, Title } from '@mantine/core';
import { IconBuildingStore, IconCircleCheck, IconUser, IconUsers } from '@tabler/icons-react';
import { useSyncStatus } from '../../react.ts';
import { isShared, spaceName } from '../notebooks/space.ts';
import classes from './sync.module.css';

/** What is kept here, place by place, and how far its first download is. */
export function ScopeList() {
  const { scopes } = useSyncStatus();
  return (
    <section aria-label="Places">
      <Title order={3} fz="md" mb="xs">
        On this device
      </Title>
      <ul className={classes.rows}>
        {scopes.map(({ id, synced, progress }) => (
          <li key={id} className={classes.row}>
            <ScopeIcon id={id} />
            <span className={classes.rowName}>{scopeName(id)}</span>
            {synced ? (
              <span className={classes.done}>
                <IconCircleCheck size={15} aria-hidden="true" />
                Complete
              </span>
            ) : (
              <Download name={scopeName(id)} progress={progress} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Download({ name, progress }: { readonly name: string; readonly progress: number }) {
  const percent = Math.floor(100 * progress);
  return (
    <>
      <Progress flex={1} value={percent} aria-label={`First download of ${name}`} />
      <Text size="sm" c="dimmed" miw="3rem" ta="right">
        {percent} %
      </Text>
    </>
  );
}

function ScopeIcon({ id }: { readonly id: string }) {
  if (id === 'catalog') return <IconBuildingStore size={18} aria-hidden="true" />;
  return isShared(id) ? (
    <IconUsers size={18} aria-hidden="true" />
  ) : (
    <IconUser size={18} aria-hidden="true" />
  );
}

function scopeName(id: string): string {
  if (id === 'catalog') return 'Catalogue';
  return isShared(id) ? spaceName(id) : 'Only me';
}
