import { useEffect, useState } from 'react';
import { showProblem } from '../shell/notices.tsx';
import { openDevices, type OpenDevice } from './open-devices.ts';
import type { Each } from './person.ts';
import { TourGuide } from './tour-guide.ts';

type Stage =
  | { readonly at: 'opening' }
  | { readonly at: 'failed'; readonly error: unknown }
  | { readonly at: 'open'; readonly devices: Each<OpenDevice>; readonly guide: TourGuide };

/** Both devices, open as long as the page is shown. */
export function useDevices(): Stage {
  const [stage, setStage] = useState<Stage>({ at: 'opening' });
  useEffect(() => {
    let isLeft = false;
    let close = (): void => undefined;
    openDevices().then(
      (devices) => {
        // Whoever left before is either back, and has been given the same two clients, or will be.
        if (isLeft) return;
        const guide = new TourGuide(devices, (error) => showProblem('The tour cannot go on just now', error));
        close = () => {
          guide.close();
          // The editors have begun to store what was being typed by then.
          Object.values(devices).forEach(({ holdfast }) => void holdfast.close());
        };
        setStage({ at: 'open', devices, guide });
      },
      (error: unknown) => setStage({ at: 'failed', error }),
    );
    return () => {
      isLeft = true;
      close();
    };
  }, []);
  return stage;
}
