import { connect, createServer } from 'node:net';

/**
 * Listens on the loopback of the container whose network it shares and passes each connection on: so a service
 * finds the sandbox at the same origin as the browser. Usage: loopback-bridge.js <port> <host>:<port>
 */
const [port = '', target = ''] = process.argv.slice(2);
const separator = target.lastIndexOf(':');
const to = { host: target.slice(0, separator), port: Number(target.slice(separator + 1)) };

const server = createServer((near) => {
  const far = connect(to);
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy()).on('close', () => far.destroy());
  far.on('error', () => near.destroy()).on('close', () => near.destroy());
});
server.listen(Number(port), '127.0.0.1');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
