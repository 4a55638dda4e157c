import { Switch } from '@mantine/core';
import { useHoldfast, useSyncStatus } from '../../react.ts';
import { showProblem } from '../shell/notices.tsx';

/** Stops and starts syncing, in every tab of this browser. */
export function WorkOfflineSwitch() {
  const { sync } = useHoldfast();
  const { phase } = useSyncStatus();
  const change = (isOffline: boolean) => {
    const done = isOffline ? sync.pause() : sync.resume();
    done.catch((error: unknown) => showProblem('This could not be changed', error));
  };
  return (
    <Switch
      label="Work offline"
      labelPosition="left"
      checked={phase === 'paused'}
      onChange={(event) => change(event.currentTarget.checked)}
      styles={{ body: { justifyContent: 'space-between' } }}
    />
  );
}
