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
    let guide: TourGuide | null = null;
    const opening = openDevices();
    opening.then(
      (devices) => {
        if (isLeft) return;
        guide = new TourGuide(devices, (error) => showProblem('The tour cannot go on just now', error));
        setStage({ at: 'open', devices, guide });
      },
      (error: unknown) => setStage({ at: 'failed', error }),
    );
    return () => {
      isLeft = true;
      guide?.close();
      // What is being typed is stored first: the editors have begun that by then.
      opening
        .then((devices) => Promise.all(Object.values(devices).map(({ holdfast }) => holdfast.close())))
        .catch(() => undefined);
    };
  }, []);
  return stage;
}
