import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';

const UNDO_MS = 10_000;

/** Tells of something that went wrong; the same title is shown once. */
export function showProblem(title: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  notifications.hide(title);
  notifications.show({ id: title, color: 'red', title, message, autoClose: 8_000 });
}

/** Says what was done and offers to take it back: asking first would be a question too many. */
export function offerUndo(text: string, undo: () => Promise<unknown>): void {
  const id = notifications.show({
    autoClose: UNDO_MS,
    message: (
      <Group justify="space-between" wrap="nowrap">
        {text}
        <Button
          flex="none"
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(id);
            void undo();
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}
