import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { noFaults, type Faults, type ForwardedBytes } from './faults.js';
import { ProxiedConnection } from './proxied-connection.js';

/**
 * A TCP proxy between a service and what it depends on, which breaks as it is told. Every fault holds for connections
 * that are open and for new ones, until `heal`; faults add up.
 */
export class FaultProxy {
  readonly bytes: ForwardedBytes = { toTarget: 0, toClient: 0, swallowed: 0 };
  private readonly faults: Faults = { ...noFaults };
  private readonly connections = new Set<ProxiedConnection>();
  private listener: Server | undefined;
  private accepted = 0;
  private listensOn = 0;

  private constructor(private readonly target: { host: string; port: number }) {}

  static async to(target: { host: string; port: number }): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.listen();
    return proxy;
  }

  /** In front of the server that a URL names, such as a database's. */
  static async toUrl(url: string): Promise<FaultProxy> {
    const { hostname, port } = new URL(url);
    if (!port) throw new Error('the URL names no port');
    return FaultProxy.to({ host: hostname, port: Number(port) });
  }

  get port(): number {
    return this.listensOn;
  }

  /** How many connections were accepted, and how many of them still have a side. */
  get counts(): { accepted: number; open: number } {
    return { accepted: this.accepted, open: this.connections.size };
  }

  url(scheme = 'http'): string {
    return `${scheme}://127.0.0.1:${this.port}`;
  }

  /** The target's own URL, with its user, path and query, by way of this proxy. */
  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String(this.port);
    return changed.href;
  }

  /** Delays bytes and ends by `ms`, in each direction. */
  latency(ms: number): void {
    this.faults.latencyMs = ms;
  }

  /** Ends a connection when `bytes` more have passed in that direction; those arrive. With 0: instead of the first. */
  cutAfter(bytes: number, { direction }: { direction: 'to-target' | 'to-client' }): void {
    this.faults.cut = { bytes, direction };
  }

  /** RST, both sides. New connections are reset once accepted. */
  reset(): void {
    this.faults.reset = true;
    for (const connection of this.connections) connection.reset();
  }

  /** Accepts and swallows, and forwards nothing in either direction, ends included. */
  blackHole(): void {
    this.faults.blackHole = true;
  }

  /** Closes one side while the other stays open and hears nothing of it; what it sends is swallowed. */
  halfOpen(closed: 'client' | 'target'): void {
    this.faults.halfOpen = closed;
    for (const connection of this.connections) connection.closeOnly(closed);
  }

  /** Nobody listens. Connections that are open live on. */
  refuse(): void {
    this.listener?.close();
    this.listener = undefined;
  }

  /** Lifts every fault. Connections that lost something are reset: a stream goes on with a hole nowhere. */
  async heal(): Promise<void> {
    Object.assign(this.faults, noFaults);
    for (const connection of this.connections) connection.heal();
    await this.listen();
  }

  /** Ends all of it. */
  async close(): Promise<void> {
    const { listener } = this;
    this.listener = undefined;
    const closed = new Promise<void>((resolve) => (listener ? listener.close(() => resolve()) : resolve()));
    for (const connection of this.connections) connection.close();
    await closed;
  }

  private async listen(): Promise<void> {
    if (this.listener) return;
    const server = createServer({ allowHalfOpen: true }, (client) => this.accept(client));
    this.listener = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.listensOn, '127.0.0.1', resolve);
    });
    this.listensOn = (server.address() as AddressInfo).port;
  }

  private accept(client: Socket): void {
    this.accepted += 1;
    const { reset, blackHole, halfOpen } = this.faults;
    const aside = reset || blackHole || halfOpen === 'target';
    const target = aside ? undefined : connect({ ...this.target, allowHalfOpen: true });
    const connection = new ProxiedConnection(client, target, this.faults, this.bytes);
    this.connections.add(connection);
    connection.onEnded(() => this.connections.delete(connection));
    if (reset) connection.reset();
    else if (halfOpen) connection.closeOnly(halfOpen);
  }
}
