import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const delayMs = Number(process.env['STUB_DELAY_MS'] ?? 0);
const lifetimeSeconds = Number(process.env['STUB_LIFETIME_SECONDS'] ?? 3_600);

/**
 * An authorization server without a state: answers every POST with new tokens, after as long as it is told to take.
 * It knows no token: of each it says that it is dead.
 */
const server = createServer(async (request, response) => {
  request.resume();
  if (delayMs > 0) await pause(delayMs);
  const body = JSON.stringify({
    active: false,
    access_token: randomBytes(32).toString('base64url'),
    refresh_token: randomBytes(32).toString('base64url'),
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
    scope: 'profile',
  });
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  process.send!(`http://127.0.0.1:${port}`);
});
