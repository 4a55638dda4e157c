import { Button, CloseButton, Group, Paper, Text } from '@mantine/core';
import { useState } from 'react';
import classes from './no-messages.module.css';

/** Stands where the messages would, when their code did not come. */
export function NoMessages() {
  const [isOpen, setOpen] = useState(true);
  return (
    isOpen && (
      <Paper className={classes.card} withBorder shadow="md" p="sm" role="alert">
        <Group gap="sm" wrap="nowrap">
          <Text size="sm">
            Part of the app did not come. All else works, but it cannot say when something goes wrong.
          </Text>
          <Button flex="none" size="compact-sm" onClick={() => window.location.reload()}>
            Reload
          </Button>
          <CloseButton aria-label="Close" onClick={() => setOpen(false)} />
        </Group>
      </Paper>
    )
  );
}
