import { Alert, Avatar, Button, Stack, Text, Title } from '@mantine/core';
import { IconDevices, IconWifiOff } from '@tabler/icons-react';
import { useState } from 'react';
import { Logo } from '../shell/logo.tsx';
import { routeHref } from '../shell/route.ts';
import { demoAccounts, signIn, type Account } from './session.ts';
import classes from './sign-in.module.css';

interface SignInProps {
  /** Called at once; whether it can be opened is not known yet. */
  readonly onChosen: () => void;
  readonly onSignedIn: (account: Account) => void;
}

export function SignIn(props: SignInProps) {
  const { busy, problem, choose } = useSignIn(props);
  return (
    <main className={classes.page}>
      <Stack className={classes.card} gap="xl">
        <Welcome />
        <Stack gap="sm">
          <Text size="sm" fw={600}>
            Continue as
          </Text>
          {demoAccounts.map((account) => (
            <AccountButton
              key={account.id}
              account={account}
              isBusy={busy === account.id}
              onChoose={choose}
            />
          ))}
          <TwoDevicesLink />
        </Stack>
        {problem !== null && (
          <Alert color="yellow" icon={<IconWifiOff size={18} />} role="alert">
            {problem}
          </Alert>
        )}
        <Text size="sm" c="dimmed">
          These are demo accounts without a password. Each has notes of its own, and they share a team. Ada
          and Ben order from the shop that Sam keeps. Open one in a second browser to see changes arrive.
        </Text>
      </Stack>
    </main>
  );
}

function TwoDevicesLink() {
  return (
    <Button
      component="a"
      variant="subtle"
      justify="flex-start"
      px="xs"
      leftSection={<IconDevices size={20} aria-hidden="true" />}
      href={routeHref({ view: 'two-devices' })}
    >
      See two devices, side by side
    </Button>
  );
}

function useSignIn({ onChosen, onSignedIn }: SignInProps) {
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const choose = (id: string) => {
    if (busy !== null) return;
    onChosen();
    setBusy(id);
    setProblem(null);
    signIn(id)
      .then(onSignedIn, (error: unknown) =>
        setProblem(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => setBusy(null));
  };
  return { busy, problem, choose };
}

function Welcome() {
  return (
    <Stack gap="xs" align="flex-start">
      <Logo size={44} />
      <Title order={1} fz="1.75rem" mt="sm">
        Field Notes
      </Title>
      <Text c="dimmed">Notes that are always with you, with a connection or without.</Text>
    </Stack>
  );
}

interface AccountButtonProps {
  readonly account: Account;
  readonly isBusy: boolean;
  readonly onChoose: (id: string) => void;
}

function AccountButton({ account, isBusy, onChoose }: AccountButtonProps) {
  return (
    <Button
      variant="default"
      size="lg"
      justify="flex-start"
      leftSection={<Avatar name={account.name} color="pine" size={30} />}
      loading={isBusy}
      onClick={() => onChoose(account.id)}
    >
      {account.name}
    </Button>
  );
}
