import { ActionIcon, Drawer, Indicator } from '@mantine/core';
import { IconMenu2 } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useSyncStatus } from '../../react.ts';
import classes from './menu-button.module.css';

/** A button that opens what has no room beside the list; a dot on it says that something waits for a person. */
export function MenuButton({ children }: { readonly children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const { conflicts, failed } = useSyncStatus();
  return (
    <>
      <Indicator disabled={conflicts + failed === 0} color="yellow" offset={5}>
        <ActionIcon aria-label="Menu" aria-expanded={isOpen} onClick={() => setOpen(true)}>
          <IconMenu2 size={20} />
        </ActionIcon>
      </Indicator>
      <Drawer.Root opened={isOpen} onClose={() => setOpen(false)} size={288}>
        <Drawer.Overlay backgroundOpacity={0.3} />
        <Drawer.Content aria-label="Menu">
          <Drawer.Body
            className={classes.body ?? ''}
            // Choosing a place closes the menu; its other controls leave it open.
            onClick={({ target }) => target instanceof Element && target.closest('a') && setOpen(false)}
          >
            {children}
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
    </>
  );
}
