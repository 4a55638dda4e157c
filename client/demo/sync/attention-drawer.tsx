import { Badge, Drawer, Stack, Title } from '@mantine/core';
import { IconChecks, IconInfoCircle } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useConflicts, useFailedWrites, useHistory } from '../../react.ts';
import { Problem } from '../shell/problem.tsx';
import { ConflictCard, FailedCard, SupersededCard } from './attention-cards.tsx';
import classes from './attention.module.css';

/** A button that says how much waits for a person, and the drawer it opens. */
export function Attention() {
  const [isOpen, setOpen] = useState(false);
  const urgent = useConflicts().length + useFailedWrites().length;
  return (
    <>
      <button type="button" className={classes.button} data-urgent={urgent > 0} onClick={() => setOpen(true)}>
        <IconInfoCircle size={18} aria-hidden="true" />
        <span style={{ flex: 1 }}>{urgent > 0 ? 'Needs attention' : 'Changes to look at'}</span>
        {urgent > 0 && (
          <Badge color="yellow" size="sm" variant="light">
            {urgent}
          </Badge>
        )}
      </button>
      <Drawer
        opened={isOpen}
        onClose={() => setOpen(false)}
        position="right"
        size="md"
        title="Changes to look at"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <AttentionLists />
      </Drawer>
    </>
  );
}

function AttentionLists() {
  const conflicts = useConflicts();
  const failed = useFailedWrites();
  const history = useHistory();
  if (conflicts.length + failed.length + history.length === 0) {
    return (
      <Problem
        icon={<IconChecks size={32} stroke={1.5} />}
        title="Nothing to look at"
        text="When two edits meet, or one is not accepted, you find both here."
      />
    );
  }
  return (
    <Stack gap="xl">
      <Section title="Needs your decision" isShown={conflicts.length > 0}>
        {conflicts.map((conflict) => (
          <ConflictCard key={`${conflict.ref.scope}/${conflict.ref.id}`} conflict={conflict} />
        ))}
      </Section>
      <Section title="Not accepted" isShown={failed.length > 0}>
        {failed.map((write) => (
          <FailedCard key={write.change} failed={write} />
        ))}
      </Section>
      <Section title="Replaced by a newer edit" isShown={history.length > 0}>
        {history.map((change) => (
          <SupersededCard key={change.id} change={change} />
        ))}
      </Section>
    </Stack>
  );
}

interface SectionProps {
  readonly title: string;
  readonly isShown: boolean;
  readonly children: ReactNode;
}

function Section({ title, isShown, children }: SectionProps) {
  if (!isShown) return null;
  return (
    <section aria-label={title}>
      <Title order={3} fz="md" mb="sm">
        {title}
      </Title>
      <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {children}
      </Stack>
    </section>
  );
}
