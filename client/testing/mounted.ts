import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';

/** A place in the document that React draws in. */
export interface Mounted {
  readonly body: HTMLElement;
  render(content: ReactNode): void;
  /** Takes it out of the document. */
  remove(): void;
}

export function mount(): Mounted {
  const body = document.body.appendChild(document.createElement('main'));
  const root = createRoot(body);
  return {
    body,
    render: (content) => root.render(content),
    remove() {
      root.unmount();
      body.remove();
    },
  };
}
