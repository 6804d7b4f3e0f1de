import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killScope, type Killed } from './kill-scope.js';
import { Records } from './records.js';
import { SandboxDatabase } from './sandbox-database.js';
import { tokenHash } from './token-hash.js';

describe('records', () => {
  let folder: string;
  let database: SandboxDatabase;
  let records: Records;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'records-'));
    database = new SandboxDatabase(join(folder, 'records.sqlite'));
    records = new Records(database);
  });
  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  it('let a token be consumed once, and throw the second time', () => {
    records.upsert('RefreshToken', 'secret', { jti: 'secret', grantId: 'grant' }, 60);
    records.consume('RefreshToken', 'secret');
    expect(() => records.consume('RefreshToken', 'secret')).toThrow('invalid_grant');
    expect(() => records.consume('RefreshToken', 'unknown')).toThrow('invalid_grant');
  });

  it('let one of two who both saw a token unspent consume it', async () => {
    const adapter = records.adapterFor('RefreshToken');
    await adapter.upsert('secret', { jti: 'secret', grantId: 'grant' }, 60);
    const spend = async () => {
      const found = await adapter.find('secret');
      expect(found).not.toHaveProperty('consumed');
      await adapter.consume('secret');
    };
    const outcomes = await Promise.allSettled([spend(), spend()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('keep a consumed token consumed when it is saved again', () => {
    records.upsert('DeviceCode', 'code', { jti: 'code' }, 60);
    records.consume('DeviceCode', 'code');
    records.upsert('DeviceCode', 'code', { jti: 'code' }, 60);
    expect(records.find('DeviceCode', 'code')).toHaveProperty('consumed');
  });

  it('find a token by its value and store it by its hash', () => {
    records.upsert('AccessToken', 'secret', { jti: 'secret', grantId: 'grant' }, 60);
    expect(records.find('AccessToken', 'secret')).toEqual({ jti: 'secret', grantId: 'grant' });
    expect(records.list('AccessToken')).toEqual([{ id: tokenHash('secret'), payload: { grantId: 'grant' } }]);
  });

  it('report as killed what was alive: not what was spent before', () => {
    records.upsert('RefreshToken', 'spent', { jti: 'spent', grantId: 'grant' }, 60);
    records.upsert('RefreshToken', 'live', { jti: 'live', grantId: 'grant' }, 60);
    records.upsert('AccessToken', 'expired', { jti: 'expired', grantId: 'grant' }, -1);
    records.consume('RefreshToken', 'spent');
    const killed: Killed[] = [];
    killScope.run({ why: 'replayed', killed }, () => {
      void records.adapterFor('RefreshToken').revokeByGrantId('grant');
    });
    expect(killed).toEqual([{ kind: 'refresh_token', hash: tokenHash('live'), why: 'replayed' }]);
    expect(records.find('RefreshToken', 'spent')).toBeUndefined();
  });
});
