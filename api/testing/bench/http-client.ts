import { Agent, request } from 'node:http';

/** Posts GraphQL requests over connections that are kept; reads answers as bytes, and parses none of them. */
export class HttpClient {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    connectionCount: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connectionCount });
  }

  /** @throws Error when the status is not 200 */
  post(token: string, body: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': body.length,
        accept: 'application/graphql-response+json, application/json',
        authorization: `Bearer ${token}`,
      };
      const sent = request(
        `${this.url}/graphql`,
        { method: 'POST', agent: this.agent, headers },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            const bytes = Buffer.concat(parts);
            if (answer.statusCode === 200) resolve(bytes);
            else reject(new Error(`HTTP ${answer.statusCode}: ${bytes.toString().slice(0, 500)}`));
          });
        },
      );
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server closes idle connections, perhaps just now. A push may be sent twice: its number makes it one.
        const isClosed = sent.reusedSocket && error.code === 'ECONNRESET';
        if (isClosed) resolve(this.post(token, body));
        else reject(error);
      });
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
