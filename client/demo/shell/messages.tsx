import { Notifications } from '@mantine/notifications';
import { UpdatePrompt } from './update-prompt.tsx';

/** What may come up over any screen: notices, and the offer of a new version. */
export function Messages() {
  return (
    <>
      <Notifications position="bottom-center" limit={3} />
      <UpdatePrompt />
    </>
  );
}
