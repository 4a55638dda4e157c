import { notifications } from '@mantine/notifications';

/** Tells of something that went wrong; the same title is shown once. */
export function showProblem(title: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  notifications.hide(title);
  notifications.show({ id: title, color: 'red', title, message, autoClose: 8_000 });
}
