import { Badge } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useConflicts, useFailedWrites, useHistory } from '../../react.ts';
import { NavCount, NavItem } from '../shell/nav-item.tsx';
import { routeHref } from '../shell/route.ts';

/** Leads to what waits for a person, and says how much that is. */
export function AttentionLink({ isHere }: { readonly isHere: boolean }) {
  const urgent = useConflicts().length + useFailedWrites().length;
  const replaced = useHistory().length;
  return (
    <NavItem
      icon={<IconInbox size={18} aria-hidden="true" />}
      label={urgent > 0 ? 'Needs attention' : 'Changes to look at'}
      href={routeHref({ view: 'attention' })}
      isHere={isHere}
    >
      {urgent === 0 && replaced > 0 && <NavCount count={replaced} />}
      {urgent > 0 && (
        <Badge color="yellow" size="sm" variant="filled" autoContrast>
          {urgent}
        </Badge>
      )}
    </NavItem>
  );
}
