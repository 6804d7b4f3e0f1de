import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spool } from './spool.js';

const answer = { workspace: 'ws_1', attempt: 'att_1', sealed: Buffer.from('sealed').toString('base64') };

let folder: string;
let spool: Spool;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'spool-')), 'worker');
  spool = new Spool(folder);
});

afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

describe('the spool', () => {
  it('gives back what was written, also to the worker that starts after this one', async () => {
    await spool.write(answer);
    const next = new Spool(folder);
    expect(next.list()).toEqual(['att_1']);
    expect(await next.read('att_1')).toEqual(answer);
  });

  it('can be read by nobody else', async () => {
    await spool.write(answer);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'att_1.landing')).mode & 0o777).toBe(0o600);
  });

  it('keeps one answer an attempt, the last', async () => {
    await spool.write(answer);
    await spool.write({ ...answer, sealed: 'bmV3' });
    expect(await spool.read('att_1')).toMatchObject({ sealed: 'bmV3' });
    expect(readdirSync(folder)).toEqual(['att_1.landing']);
  });

  it('does not list what a crash left half written', () => {
    writeFileSync(join(folder, 'att_2.landing.part'), '{"workspace":"ws_1"');
    expect(spool.list()).toEqual([]);
  });

  it.each(['', '{"workspace":"ws_1"', '{"workspace":"ws_1","attempt":"att_3"}', 'null'])(
    'says of damaged %j that it cannot be read, and lets it be set aside whole',
    async (text) => {
      writeFileSync(join(folder, 'att_3.landing'), text);
      expect(await spool.read('att_3')).toBeUndefined();
      await spool.setAside('att_3');
      expect(spool.list()).toEqual([]);
      expect(readFileSync(join(folder, 'att_3.landing.damaged'), 'utf8')).toBe(text);
    },
  );

  it('forgets what was removed', async () => {
    await spool.write(answer);
    await spool.remove('att_1');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has room for so many and no more', async () => {
    const small = new Spool(folder, 1);
    expect(small.hasRoom).toBe(true);
    await small.write(answer);
    expect(small.hasRoom).toBe(false);
    await small.remove('att_1');
    expect(small.hasRoom).toBe(true);
  });

  it('has no room while it cannot be written, and says so to a worker that would start', async () => {
    rmSync(folder, { recursive: true });
    await expect(spool.write(answer)).rejects.toThrow('ENOENT');
    expect(spool.hasRoom).toBe(false);
    await expect(spool.check()).rejects.toThrow('ENOENT');
    mkdirSync(folder);
    await spool.check();
    expect(spool.hasRoom).toBe(true);
    writeFileSync(join(folder, 'file'), '');
    expect(() => new Spool(join(folder, 'file'))).toThrow('EEXIST');
  });
});
