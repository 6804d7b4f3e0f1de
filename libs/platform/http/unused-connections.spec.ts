import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { closeUnusedConnections } from './unused-connections.js';

it('a connection on which nobody asked anything keeps no server from closing', async () => {
  const server = Fastify({ forceCloseConnections: 'idle' });
  closeUnusedConnections(server);
  server.get('/slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return 'whole';
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const unused = connect(port, '127.0.0.1');
  await once(unused, 'connect');
  const asked = fetch(`http://127.0.0.1:${port}/slow`, { headers: { connection: 'close' } });
  await once(server.server, 'request');
  await server.close();
  expect(await (await asked).text()).toBe('whole');
  unused.destroy();
});
