import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Router, type RequestHandler } from 'express';

const compress = promisify(gzip);

const FIRST_QUERY = `# Signed in as a demo account: everything here really runs.
query Start {
  viewer {
    id
    name
    scopes {
      id
      access
      head
    }
  }
  notes(limit: 10) {
    id
    scope
    title
    tags
    version
    updatedAt
  }
}
`;

const FIRST_WRITE = `mutation Write {
  upsertNotes(scope: "team:demo", changes: [{ id: "hello", title: "Hello", content: "Written in the playground" }]) {
    results {
      id
      outcome
      error {
        code
        message
      }
      record {
        version
        title
      }
    }
  }
}
`;

const FIRST_SUBSCRIPTION = `# Start this one, then run the mutation: a poke says which scope has news.
subscription Pokes {
  scopeHeads(scopes: ["team:demo"]) {
    scope
    head
    accessChanged
  }
}
`;

/** GraphiQL at `/graphiql`, whole in one page: it needs no other server. `signIn` gives a visitor without session one. */
export function playgroundRoutes(signIn: RequestHandler): Router {
  const router = Router();
  let page: ReturnType<typeof renderPage> | undefined;
  router.get('/graphiql', signIn, async (request, response) => {
    const { html, zipped, tag } = await (page ??= renderPage());
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('vary', 'accept-encoding');
    response.setHeader('etag', tag);
    response.type('html');
    if (request.fresh) {
      response.status(304).end();
    } else if (request.acceptsEncodings('gzip') === 'gzip') {
      response.setHeader('content-encoding', 'gzip').end(zipped);
    } else {
      response.end(html);
    }
  });
  return router;
}

/** The page is one inline script that makes its workers from blobs; it may talk to this server alone. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'self' 'unsafe-inline'",
  'font-src data:',
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** The page has 9 MB: loaded and zipped when first asked for. */
async function renderPage(): Promise<{ html: Buffer; zipped: Buffer; tag: string }> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = Buffer.from(
    renderGraphiQL({
      title: 'Holdfast playground',
      endpoint: '/graphql',
      credentials: 'same-origin',
      subscriptionsProtocol: 'WS',
      defaultQuery: FIRST_QUERY,
      defaultTabs: [FIRST_QUERY, FIRST_WRITE, FIRST_SUBSCRIPTION].map((query) => ({ query })),
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
      defaultEditorToolsVisibility: 'headers',
    }),
  );
  const tag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 20)}"`;
  return { html, zipped: await compress(html, { level: 6 }), tag };
}
