import { Button, Stack, Text, Title } from '@mantine/core';
import { IconChecks, IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useConflicts, useFailedWrites, useHistory, useHoldfast } from '../../react.ts';
import { Room } from '../shell/frame.tsx';
import { Page } from '../shell/pane.tsx';
import { Problem } from '../shell/problem.tsx';
import { ConflictCard } from './conflict-card.tsx';
import { FailedCard } from './failed-card.tsx';
import { saveJson } from './save-json.ts';
import { SupersededCard } from './superseded-card.tsx';

/** Where edits that met, or were not accepted, wait for a person. */
export function AttentionRoom() {
  const { sync } = useHoldfast();
  const hasWork = useConflicts().length + useFailedWrites().length > 0;
  return (
    <Room>
      <Page
        title={hasWork ? 'Needs attention' : 'Changes to look at'}
        actions={
          hasWork && (
            <Button
              variant="default"
              size="sm"
              leftSection={<IconDownload size={17} />}
              onClick={() => saveJson('unsynced-work', sync.exportWork())}
            >
              Export
            </Button>
          )
        }
      >
        <Work />
      </Page>
    </Room>
  );
}

/** All of it. */
export function Work() {
  const conflicts = useConflicts();
  const failed = useFailedWrites();
  const history = useHistory();
  if (conflicts.length + failed.length + history.length === 0) {
    return <Nothing />;
  }
  return (
    <Stack gap="2rem">
      <Section
        title="Needs your decision"
        text="Two edits of the same thing met. Yours is still what you see."
        isShown={conflicts.length > 0}
      >
        {conflicts.map((conflict) => (
          <ConflictCard key={`${conflict.ref.scope}/${conflict.ref.id}`} conflict={conflict} />
        ))}
      </Section>
      <Section
        title="Not accepted"
        text="The server did not take these. They stay here until you say what becomes of them."
        isShown={failed.length > 0}
      >
        {failed.map((write) => (
          <FailedCard key={write.change} failed={write} />
        ))}
      </Section>
      <Section
        title="Replaced by a newer edit"
        text="What you wrote was synced, and then a later edit took its place. Nothing has to be done."
        isShown={history.length > 0}
      >
        {history.map((change) => (
          <SupersededCard key={change.id} change={change} />
        ))}
      </Section>
    </Stack>
  );
}

function Nothing() {
  return (
    <Problem
      icon={<IconChecks size={32} stroke={1.5} />}
      title="Nothing to look at"
      text="When two edits meet, or one is not accepted, it waits here for you to decide."
    />
  );
}

interface SectionProps {
  readonly title: string;
  readonly text: string;
  readonly isShown: boolean;
  readonly children: ReactNode;
}

function Section({ title, text, isShown, children }: SectionProps) {
  if (!isShown) return null;
  return (
    <section aria-label={title}>
      <Title order={3} fz="lg">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {text}
      </Text>
      <Stack component="ul" gap="md" p={0} m={0} style={{ listStyle: 'none' }}>
        {children}
      </Stack>
    </section>
  );
}
