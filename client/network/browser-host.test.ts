import { expect, test } from 'vitest';
import { createBrowserHost } from './browser-host.ts';
import type { HostEvent } from '../sync/ports.ts';

class Page extends EventTarget {
  visibilityState = 'visible';
}

class Tab extends EventTarget {
  readonly navigator = { onLine: true };
  readonly document = new Page();
}

function listening() {
  const tab = new Tab();
  const host = createBrowserHost(tab);
  const events: HostEvent[] = [];
  return { tab, host, events, stop: host.listen((event) => events.push(event)) };
}

test('events of the page become hints of the host, in their order', () => {
  const { tab, events } = listening();
  tab.dispatchEvent(new Event('offline'));
  tab.document.visibilityState = 'hidden';
  tab.document.dispatchEvent(new Event('visibilitychange'));
  tab.document.dispatchEvent(new Event('freeze'));
  tab.document.dispatchEvent(new Event('resume'));
  tab.document.visibilityState = 'visible';
  tab.document.dispatchEvent(new Event('visibilitychange'));
  tab.dispatchEvent(new Event('online'));
  tab.dispatchEvent(new Event('pagehide'));
  expect(events).toEqual(['offline', 'hidden', 'hidden', 'resumed', 'visible', 'online', 'hidden']);
});

test('only a page out of the back-forward cache counts as resumed', () => {
  const { tab, events } = listening();
  tab.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
  tab.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  expect(events).toEqual(['resumed']);
});

test('nothing is heard after the listener was taken away', () => {
  const { tab, events, stop } = listening();
  stop();
  tab.dispatchEvent(new Event('online'));
  tab.document.dispatchEvent(new Event('resume'));
  expect(events).toEqual([]);
});

test('state is read when asked for', () => {
  const { tab, host } = listening();
  tab.navigator.onLine = false;
  tab.document.visibilityState = 'hidden';
  expect([host.isOnline(), host.isVisible()]).toEqual([false, false]);
});

test('without window and document the host counts as online and visible', () => {
  const host = createBrowserHost({});
  host.listen(() => undefined)();
  expect([host.isOnline(), host.isVisible()]).toEqual([true, true]);
});
