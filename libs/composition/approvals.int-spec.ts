import { permissionsOfRole, permissionsOfScopes, type Caller, type Role } from '#platform';
import { ApprovalRepository, openDatabase, type Approval, type Database, type Transaction } from '#storage';
import { createDatabase, type TestDatabase } from '#testing';
import { approvalHash } from './approval-hash.js';
import { Approvals } from './approvals.js';

const approvals = new Approvals();
const purpose = {
  action: 'revocation.start',
  subject: { type: 'revocation', id: 'rev_1' },
  content: { selector: { provider: 'google', scope: ['a', 'b'] }, count: 2_431 },
};

let server: TestDatabase;
let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  server = await createDatabase();
  await server.query(`INSERT INTO workspace (id, name) VALUES ('wsp_1', 'One'), ('wsp_2', 'Two')`);
  // The role of a service that knows nothing of people.
  const url = server.urlOf('revocation-audit');
  ({ database, close } = await openDatabase({ url, applicationName: 'test', entities: [], poolSize: 4 }));
});
afterAll(async () => {
  await close();
  await server.drop();
});

const inWorkspace = <T>(work: (tx: Transaction) => Promise<T>, workspace = 'wsp_1'): Promise<T> =>
  database.inWorkspace(workspace, work);

function person(id: string, role: Role = 'admin'): Caller {
  const actor = { type: 'user', id, name: id, via: 'admin' } as const;
  return { workspace: 'wsp_1', actor, person: id, role, permissions: permissionsOfRole(role) };
}

function key(id: string, maker?: string): Caller {
  const actor = { type: 'api_key', id } as const;
  return { workspace: 'wsp_1', actor, person: maker, permissions: permissionsOfScopes(['admin']) };
}

const [ada, bob] = [person('usr_ada'), person('usr_bob')];

const asked = (caller: Caller, lapseSeconds?: number): Promise<Approval> =>
  inWorkspace((tx) => approvals.request(tx, caller, { ...purpose, reason: 'A leak.', lapseSeconds }));
const approved = (caller: Caller, { id, contentHash }: Approval): Promise<Approval> =>
  inWorkspace((tx) => approvals.approve(tx, caller, id, contentHash));
const obstacleTo = async (caller: Caller, approval: Approval) =>
  (await inWorkspace((tx) => approvals.obstacles(tx, caller, [approval]))).get(approval.id);
const used = (caller: Caller, id: string, change: object = {}): Promise<Approval> =>
  inWorkspace((tx) => approvals.use(tx, caller, id, { ...purpose, ...change }));
const slug = (name: string) => expect.objectContaining({ slug: name });

async function auditedOf(id: string): Promise<unknown[]> {
  const rows = await server.query<{ entry: Buffer }>(
    `SELECT entry FROM audit_entry WHERE subject_id = $1 ORDER BY at, id`,
    [id],
  );
  return rows.map(({ entry }) => JSON.parse(entry.toString('utf8')) as unknown);
}

describe('an approval', () => {
  it('is asked for by one human, given by another and used once, each step told in the log with the hash', async () => {
    const approval = await asked(key('key_1', 'usr_ada'));
    expect(approval).toMatchObject({
      state: 'pending',
      requestedByPerson: 'usr_ada',
      content: purpose.content,
    });
    expect(await approved(bob, approval)).toMatchObject({ state: 'approved', decidedBy: bob.actor });
    expect((await used(key('key_1', 'usr_ada'), approval.id)).usedAt).toBeInstanceOf(Date);
    await expect(used(key('key_1', 'usr_ada'), approval.id)).rejects.toEqual(slug('approval-not-usable'));
    const detail = expect.objectContaining({ content_hash: approval.contentHash, action: purpose.action });
    expect(await auditedOf(approval.id)).toMatchObject([
      { action: 'approval.requested', actor: { id: 'key_1' }, detail },
      { action: 'approval.approved', actor: { id: 'usr_bob' }, detail },
      { action: 'approval.used', actor: { id: 'key_1' }, detail },
    ]);
  });

  it('is not given by whoever asked', async () => {
    const approval = await asked(ada);
    expect(await obstacleTo(ada, approval)).toBe('own');
    await expect(approved(ada, approval)).rejects.toEqual(slug('approval-own'));
    const { id, contentHash } = approval;
    await expect(inWorkspace((tx) => approvals.reject(tx, ada, id, contentHash))).rejects.toEqual(
      slug('approval-own'),
    );
  });

  it('takes two humans: two API keys of one person cannot ask and approve, nor can a key and its maker', async () => {
    const approval = await asked(key('key_1', 'usr_ada'));
    await expect(approved(key('key_2', 'usr_ada'), approval)).rejects.toEqual(slug('forbidden'));
    await expect(approved(ada, approval)).rejects.toEqual(slug('approval-own'));
    await expect(approved(key('key_3', 'usr_bob'), approval)).rejects.toEqual(slug('forbidden'));
    expect((await approved(bob, approval)).state).toBe('approved');
  });

  it('takes two humans: one who signs in at two identity providers with one verified address is not two', async () => {
    await server.query(
      `INSERT INTO person (id, issuer, subject, email, email_verified, name) VALUES
         ('usr_eva', 'https://a.example', '1', 'Eva@Company.example', true, 'Eva'),
         ('usr_eva_too', 'https://b.example', '2', 'eva@company.example', true, 'Eva'),
         ('usr_claimant', 'https://b.example', '3', 'eva@company.example', false, 'Eva')`,
    );
    const approval = await asked(person('usr_eva'));
    const too = person('usr_eva_too');
    expect(await obstacleTo(too, approval)).toBe('own');
    await expect(approved(too, approval)).rejects.toEqual(slug('approval-own'));
    await expect(approved(too, await asked(key('key_1', 'usr_eva')))).rejects.toEqual(slug('approval-own'));
    // Whoever merely says so is somebody else: nobody can keep another from deciding by claiming their address.
    const claimant = person('usr_claimant');
    expect(await obstacleTo(claimant, approval)).toBeUndefined();
    expect((await approved(claimant, approval)).state).toBe('approved');
  });

  it('that a key of nobody asked for is given by any admin', async () => {
    expect((await approved(ada, await asked(key('key_bootstrap')))).state).toBe('approved');
  });

  it.each(['viewer', 'auditor', 'operator'] as const)('is not given by a %s', async (role) => {
    const approval = await asked(ada);
    const caller = person('usr_eve', role);
    expect(await obstacleTo(caller, approval)).toBe('not_allowed');
    await expect(approved(caller, approval)).rejects.toEqual(slug('forbidden'));
  });

  it('is for its content to the last character', async () => {
    const approval = await asked(ada);
    const other = approval.contentHash.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    await expect(approved(bob, { ...approval, contentHash: other })).rejects.toEqual(
      slug('approval-content-mismatch'),
    );
    await approved(bob, approval);
    const changes = [
      { content: { ...purpose.content, count: 2_432 } },
      { content: { ...purpose.content, selector: { provider: 'google', scope: ['b', 'a'] } } },
      { subject: { type: 'revocation', id: 'rev_2' } },
      { action: 'revocation.stop' },
    ];
    for (const change of changes)
      await expect(used(ada, approval.id, change)).rejects.toEqual(slug('approval-content-mismatch'));
    const { count, selector } = purpose.content;
    expect((await used(ada, approval.id, { content: { count, selector } })).usedAt).not.toBeNull();
  });

  it('is decided once, by exactly one of two who decide at once', async () => {
    const approval = await asked(ada);
    const { id, contentHash } = approval;
    const outcomes = await Promise.allSettled([
      approved(bob, approval),
      inWorkspace((tx) => approvals.reject(tx, person('usr_eve'), id, contentHash)),
      approved(person('usr_joe'), approval),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toEqual(slug('approval-not-pending'));
    expect(await auditedOf(id)).toHaveLength(2);
  });

  it('is used by exactly one of two who use it at once', async () => {
    const approval = await asked(ada);
    await approved(bob, approval);
    const outcomes = await Promise.allSettled([used(ada, approval.id), used(ada, approval.id)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('is not used before it is given, nor after it was rejected', async () => {
    const approval = await asked(ada);
    await expect(used(ada, approval.id)).rejects.toEqual(slug('approval-not-usable'));
    const { id, contentHash } = approval;
    const rejected = await inWorkspace((tx) => approvals.reject(tx, bob, id, contentHash, 'Too many.'));
    expect(rejected).toMatchObject({ state: 'rejected', comment: 'Too many.' });
    await expect(used(ada, id)).rejects.toEqual(slug('approval-not-usable'));
    await expect(approved(bob, approval)).rejects.toEqual(slug('approval-not-pending'));
  });

  it('is withdrawn by whoever asked or by an admin, and by nobody else', async () => {
    const withdraw = (caller: Caller, id: string) => inWorkspace((tx) => approvals.withdraw(tx, caller, id));
    const { id } = await asked(key('key_1', 'usr_operator'));
    await expect(withdraw(person('usr_other', 'operator'), id)).rejects.toEqual(slug('forbidden'));
    expect(await withdraw(person('usr_operator', 'operator'), id)).toMatchObject({ state: 'withdrawn' });
    await expect(withdraw(ada, id)).rejects.toEqual(slug('approval-not-pending'));
    expect(await withdraw(bob, (await asked(ada)).id)).toMatchObject({ state: 'withdrawn' });
  });

  it('that lapsed is neither given nor used, whether or not its lapse was written down', async () => {
    const [late, given] = [await asked(ada), await asked(ada)];
    await approved(bob, given);
    await server.query(`UPDATE approval SET lapses_at = now() WHERE id IN ($1, $2)`, [late.id, given.id]);
    expect(await inWorkspace((tx) => tx.get(ApprovalRepository).find(late.id))).toMatchObject({
      state: 'lapsed',
    });
    await expect(approved(bob, late)).rejects.toEqual(slug('approval-not-pending'));
    await expect(used(ada, given.id)).rejects.toEqual(slug('approval-not-usable'));
  });

  it('is not known in another workspace', async () => {
    const { id, contentHash } = await asked(ada);
    const elsewhere = inWorkspace((tx) => approvals.approve(tx, bob, id, contentHash), 'wsp_2');
    await expect(elsewhere).rejects.toEqual(slug('approval-not-found'));
  });
});

it('the hash of an approval is of RFC 8785 JSON, and names the workspace', () => {
  // Fixed, so that whoever shows or checks the hash elsewhere agrees with us.
  expect(approvalHash('wsp_1', { ...purpose, content: { b: 1, a: undefined } })).toBe(
    approvalHash('wsp_1', { ...purpose, content: { b: 1 } }),
  );
  expect(approvalHash('wsp_1', purpose)).not.toBe(approvalHash('wsp_2', purpose));
  expect(approvalHash('wsp_1', purpose)).toBe('sha256:RS4w0pLB5jTl16Hlpyj4ThzAC2dxixwrNuhUQvMXkAc');
});
