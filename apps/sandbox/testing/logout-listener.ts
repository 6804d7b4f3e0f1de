import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';

/** A client's back-channel logout endpoint: keeps the logout tokens that it is sent. */
export class LogoutListener {
  readonly tokens: string[] = [];

  private constructor(private readonly server: Server) {}

  static async open(status = 200): Promise<LogoutListener> {
    const server = createServer();
    const listener = new LogoutListener(server);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        listener.tokens.push(new URLSearchParams(body).get('logout_token') ?? '');
        response.writeHead(status).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return listener;
  }

  /** The metadata of a client that wants to be told here. */
  get metadata() {
    const { port } = this.server.address() as AddressInfo;
    return {
      backchannel_logout_uri: `http://127.0.0.1:${port}/back-channel-logout`,
      backchannel_logout_session_required: true,
    };
  }

  /** The claims of the only token that came, its signature, type, issuer and audience verified. */
  async onlyToken(jwks: JSONWebKeySet, expected: { issuer: string; audience: string }) {
    if (this.tokens.length !== 1) throw new Error(`${this.tokens.length} logout tokens came`);
    const { payload } = await jwtVerify(this.tokens[0] ?? '', createLocalJWKSet(jwks), {
      ...expected,
      typ: 'logout+jwt',
      algorithms: ['RS256'],
    });
    return payload;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
