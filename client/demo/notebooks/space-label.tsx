import { IconUser, IconUsers } from '@tabler/icons-react';
import classes from './space-label.module.css';
import { isShared, spaceName } from './space.ts';

/** Whose notes these are. */
export function SpaceLabel({ scope }: { readonly scope: string }) {
  const Icon = isShared(scope) ? IconUsers : IconUser;
  return (
    <span className={classes.label}>
      <Icon size="1.2em" aria-hidden="true" />
      {isShared(scope) ? spaceName(scope) : 'Only me'}
    </span>
  );
}
