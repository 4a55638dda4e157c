import { useQuery } from '@apollo/client/react';
import {
  Avatar,
  Menu,
  Text,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
  type MantineColorScheme,
} from '@mantine/core';
import { IconActivity, IconChevronUp, IconLogout } from '@tabler/icons-react';
import { ViewerDocument } from '../../generated/documents.ts';
import type { AccountDialog } from './account-dialogs.tsx';
import classes from './account-menu.module.css';
import type { Account } from './session.ts';

interface AccountMenuProps {
  readonly account: Account;
  readonly onOpen: (dialog: AccountDialog) => void;
}

export function AccountMenu({ account, onOpen }: AccountMenuProps) {
  // Kept on the device with its last answer, so it is there offline as well.
  const { data } = useQuery(ViewerDocument);
  const name = data?.viewer.name ?? account.name;
  return (
    <Menu position="top-start" width={240} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.button}>
          <Avatar name={name} color="pine" size={30} aria-hidden="true" />
          <Text size="sm" fw={600} flex={1}>
            <VisuallyHidden>Account of </VisuallyHidden>
            {name}
          </Text>
          <IconChevronUp size={16} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Appearance</Menu.Label>
        <ColorSchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconActivity size={17} />} onClick={() => onOpen('engine')}>
          Inside the sync engine
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={17} />} onClick={() => onOpen('sign-out')}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const SCHEMES: readonly (readonly [MantineColorScheme, string])[] = [
  ['auto', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

function ColorSchemeItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}>
      {SCHEMES.map(([scheme, label]) => (
        <Menu.RadioItem key={scheme} value={scheme}>
          {label}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
