import { Button, Text } from '@mantine/core';
import classes from './banner.module.css';

interface BannerProps {
  readonly text: string;
  readonly action: { readonly label: string; readonly run: () => void };
}

/** Over all that is open, on every screen: what nobody may miss, and what to do about it. */
export function Banner({ text, action }: BannerProps) {
  return (
    <div className={classes.banner} role="alert">
      <Text size="sm">{text}</Text>
      <Button flex="none" size="compact-sm" onClick={action.run}>
        {action.label}
      </Button>
    </div>
  );
}
