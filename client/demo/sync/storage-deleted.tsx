import { useSyncStatus } from '../../react.ts';
import { Banner } from '../shell/banner.tsx';
import { describeStorageGone } from './describe-status.ts';

/** Shown when what is kept here was deleted under the open page: nothing that is written from then on is saved. */
export function StorageDeleted() {
  const status = useSyncStatus();
  if (status.error?.code !== 'STORAGE_GONE') return null;
  const { headline, detail } = describeStorageGone(status);
  return (
    <Banner
      text={`${headline}. ${detail}`}
      action={{ label: 'Reload', run: () => window.location.reload() }}
    />
  );
}
