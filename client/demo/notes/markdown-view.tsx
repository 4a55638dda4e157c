import { Anchor, Typography } from '@mantine/core';
import { IconSquare, IconSquareCheck } from '@tabler/icons-react';
import Markdown, { type MarkdownToJSX } from 'markdown-to-jsx/react';
import type { ReactNode } from 'react';
import classes from './markdown-view.module.css';

interface LinkProps {
  readonly href?: string;
  readonly children?: ReactNode;
}

interface ImageProps {
  readonly src?: string;
  readonly alt?: string;
}

function Link({ href, children }: LinkProps) {
  return (
    <Anchor inherit href={href} target="_blank" rel="noreferrer">
      {children}
    </Anchor>
  );
}

/** A picture from elsewhere tells its server who reads, and is not there offline: a link leads to it. */
function Picture({ src, alt }: ImageProps) {
  return <Link {...(src === undefined ? {} : { href: src })}>{alt || 'Picture'}</Link>;
}

/** A box of a list of tasks. It is ticked where the text is written. */
function Tick({ checked }: { readonly checked?: boolean }) {
  const Box = checked === true ? IconSquareCheck : IconSquare;
  return <Box size="1.2em" role="img" aria-label={checked === true ? 'Done' : 'To do'} />;
}

/** HTML in a text stays text, and addresses that would run something are taken out. */
const OPTIONS: MarkdownToJSX.Options = {
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: {
    a: Link,
    img: Picture,
    input: Tick,
    // The page and the note have their own headings above these.
    h1: { component: 'h3' },
    h2: { component: 'h4' },
    h3: { component: 'h5' },
  },
};

/** A text in Markdown as it is meant to be read. */
export function MarkdownView({ text }: { readonly text: string }) {
  return (
    <Typography className={classes.text ?? ''}>
      <Markdown options={OPTIONS}>{text}</Markdown>
    </Typography>
  );
}
