import { Component, type ReactNode } from 'react';
import { Problem } from './problem.tsx';

/** Without one, React takes everything off the page: a room whose code does not come, say, when the connection is lost at a first visit. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main style={{ minHeight: '100dvh', display: 'grid', placeContent: 'center' }}>
        <Problem
          title="This could not be opened"
          text="What is saved on this device is safe. A first visit needs a connection until all of the app has come."
          action={{ label: 'Try again', run: () => window.location.reload() }}
        />
      </main>
    );
  }
}
