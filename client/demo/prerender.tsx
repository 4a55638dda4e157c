import { renderToString } from 'react-dom/server';
import { Page } from './page.tsx';

/** What a browser shows to somebody it does not know, as HTML: the build writes it into index.html. */
export function prerender(): string {
  return renderToString(<Page installOffer={null} />);
}
