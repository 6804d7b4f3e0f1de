import fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { fault, faultId } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import { ledgerEndpoints } from '../ledger/ledger-entry.js';
import type { Ledger } from '../ledger/ledger.js';
import { persona } from '../personas/persona.js';
import type { Personas } from '../personas/personas.js';
import { loginText, userMembers } from '../users/user-input.js';
import type { Users } from '../users/users.js';
import type { Clients } from './clients.js';
import type { GivenGrants } from './given-grants.js';
import type { Grants } from './grants.js';
import type { SignOuts } from './sign-outs.js';
import { answerProblem, ControlProblem } from './control-problem.js';

export interface ControlParts {
  faults: Faults;
  personas: Personas;
  ledger: Ledger;
  users: Users;
  clients: Clients;
  grants: Grants;
  givenGrants: GivenGrants;
  signOuts: SignOuts;
}

const text = z.string().min(1).max(200);
const byId = z.strictObject({ id: text });
const byLogin = z.strictObject({ login: loginText });
const faultList = z.strictObject({ faults: z.array(fault).max(100) });
const clientChange = z.strictObject({ persona: text.optional(), client_secret: text.optional() });
const userInput = z.strictObject({ ...userMembers, sub: text.optional() });
const ledgerQuery = z.strictObject({
  /** The id of the last entry that is known already. */
  after: z.coerce.number().int().min(0).optional(),
  endpoint: z.enum([...ledgerEndpoints, 'all']).optional(),
  grant: text.optional(),
  client: text.optional(),
  grant_type: text.optional(),
  refresh_token_hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
const grantsWish = z.strictObject({
  login: loginText,
  scope: text.default('openid profile offline_access'),
  count: z.int().min(1).max(10_000).default(1),
});
const grantQuery = z.strictObject({ login: text.optional(), client: text.optional() });

function known<T>(found: T | undefined | false, what: string): T {
  if (found === undefined || found === false) throw new ControlProblem(404, `There is no such ${what}.`);
  return found;
}

/** The sandbox's remote control. It asks for no credentials: keep it on loopback. */
export function controlApi(parts: ControlParts): FastifyInstance {
  const app = fastify({ bodyLimit: 1024 * 1024, forceCloseConnections: true });
  app.setErrorHandler(answerProblem);
  app.setNotFoundHandler(() => {
    throw new ControlProblem(404, 'There is no such route.');
  });
  faultRoutes(app, parts);
  personaRoutes(app, parts);
  userRoutes(app, parts);
  clientRoutes(app, parts);
  grantRoutes(app, parts);
  return app;
}

function faultRoutes(app: FastifyInstance, { faults }: ControlParts): void {
  app.get('/faults', async () => ({ faults: faults.list() }));
  app.put('/faults', async ({ body }) => {
    const wanted = faultList.parse(body);
    faults.clear();
    wanted.faults.forEach((one) => faults.put(one));
    return { faults: faults.list() };
  });
  app.delete('/faults', async (_request, reply) => {
    faults.clear();
    return reply.status(204).send();
  });
  app.put('/faults/:id', async ({ params, body }) => {
    const id = faultId.parse((params as { id: string }).id);
    faults.put({ ...fault.parse(body), id });
    return faults.list().find((one) => one.id === id);
  });
  app.delete('/faults/:id', async ({ params }, reply) => {
    known(faults.delete(byId.parse(params).id), 'fault');
    return reply.status(204).send();
  });
}

function personaRoutes(app: FastifyInstance, { personas }: ControlParts): void {
  app.get('/personas', async () => ({ data: personas.list() }));
  app.get('/personas/:id', async ({ params }) => {
    const { id } = byId.parse(params);
    return { id, ...known(personas.find(id), 'persona') };
  });
  app.put('/personas/:id', async ({ params, body }) => {
    const { id } = byId.parse(params);
    const wanted = persona.parse(body ?? {});
    personas.put(id, wanted);
    return { id, ...wanted };
  });
}

function userRoutes(app: FastifyInstance, { users, signOuts }: ControlParts): void {
  app.get('/users', async () => ({ data: users.list() }));
  app.put('/users/:login', async ({ params, body }) => {
    const { login } = byLogin.parse(params);
    const wanted = userInput.parse(body);
    const holder = wanted.sub === undefined ? undefined : users.findBySub(wanted.sub);
    if (holder && holder.login !== login) throw new ControlProblem(409, 'Another user has this sub.');
    return users.put(login, wanted);
  });
  app.delete('/users/:login', async ({ params }, reply) => {
    known(users.delete(byLogin.parse(params).login), 'user');
    return reply.status(204).send();
  });
  app.post('/users/:login/sign-out', async ({ params }) =>
    signOuts.signOut(known(users.find(byLogin.parse(params).login), 'user')),
  );
}

function clientRoutes(app: FastifyInstance, { clients, personas }: ControlParts): void {
  app.get('/clients', async () => ({ data: clients.list() }));
  app.get('/clients/:id', async ({ params }) => known(clients.find(byId.parse(params).id), 'client'));
  app.put('/clients/:id', async ({ params, body }) => {
    const change = clientChange.parse(body);
    if (change.persona !== undefined) known(personas.find(change.persona), 'persona');
    return known(clients.change(byId.parse(params).id, change), 'client');
  });
  app.delete('/clients/:id', async ({ params }, reply) => {
    known(clients.delete(byId.parse(params).id), 'client');
    return reply.status(204).send();
  });
}

function grantRoutes(app: FastifyInstance, { grants, givenGrants, users, ledger }: ControlParts): void {
  app.get('/ledger', async ({ query }) => ({ data: ledger.list(ledgerQuery.parse(query)) }));
  app.get('/grants', async ({ query }) => ({ data: grants.list(grantQuery.parse(query)) }));
  app.post('/clients/:id/grants', async ({ params, body }) => {
    const { login, ...wish } = grantsWish.parse(body);
    const { sub } = known(users.find(login), 'user');
    return { data: known(await givenGrants.give(byId.parse(params).id, { ...wish, sub }), 'client') };
  });
  app.post('/grants/:id/revoke', async ({ params }) => ({
    killed: known(grants.revoke(byId.parse(params).id), 'grant'),
  }));
}
