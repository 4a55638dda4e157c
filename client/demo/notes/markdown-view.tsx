import { Anchor, Typography } from '@mantine/core';
import Markdown, { type MarkdownToJSX } from 'markdown-to-jsx/react';
import type { ReactNode } from 'react';

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
    <Anchor href={href} target="_blank" rel="noreferrer">
      {children}
    </Anchor>
  );
}

/** A picture from elsewhere tells its server who reads, and is not there offline: a link leads to it. */
function Picture({ src, alt }: ImageProps) {
  return <Link {...(src === undefined ? {} : { href: src })}>{alt || 'Picture'}</Link>;
}

/** HTML in a text stays text, and addresses that would run something are taken out. */
const OPTIONS: MarkdownToJSX.Options = {
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: { a: Link, img: Picture },
};

/** A text in Markdown as it is meant to be read. */
export function MarkdownView({ text }: { readonly text: string }) {
  return (
    <Typography>
      <Markdown options={OPTIONS}>{text}</Markdown>
    </Typography>
  );
}
