import fastify from 'fastify';

/** What a server does that does nothing: answers the same JSON as a token read, by a schema, out of memory. */
const server = fastify();
const text = { type: 'string' } as const;
const schema = {
  response: {
    200: {
      type: 'object',
      properties: {
        access_token: text,
        token_type: text,
        expires_at: text,
        scope: text,
        generation: { type: 'integer' },
      },
    },
  },
};
server.get('/token', { schema }, async () => ({
  access_token: 'x'.repeat(43),
  token_type: 'Bearer',
  expires_at: '2030-01-01T00:00:00.000Z',
  scope: 'notes:write',
  generation: 1,
}));
console.log(await server.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 0) }));
