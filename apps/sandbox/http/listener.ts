import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that can be closed cleanly. */
export class Listener {
  private readonly handler = Promise.withResolvers<RequestListener>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {
    // Who comes before serve() was called waits for it; node:http would leave them without an answer for ever.
    server.on('request', (request, response) => {
      void this.handler.promise.then((handle) => handle(request, response));
    });
  }

  /** Opens the port before there is anyone to answer: with port 0, the issuer is known only now. */
  static async open(host: string, port: number): Promise<Listener> {
    const server = createServer();
    server.listen(port, host);
    await once(server, 'listening');
    return new Listener(server, (server.address() as AddressInfo).port);
  }

  serve(handler: RequestListener): void {
    this.handler.resolve(handler);
  }

  /** Lets requests in flight finish, for at most so long. */
  async close(graceSeconds: number): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeIdleConnections();
    const force = setTimeout(() => this.server.closeAllConnections(), graceSeconds * 1000);
    await closed;
    clearTimeout(force);
  }
}
