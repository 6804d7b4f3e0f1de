import { ReadCounts } from './read-counts.js';

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, second));
const reader = (callerId = 'key_1', address = '203.0.113.7') => ({
  callerType: 'api_key',
  callerId,
  address,
});

describe('counted reads', () => {
  it('of one caller from one network are one row, with their first and last time', () => {
    const counts = new ReadCounts();
    counts.count('wsp_1', 'con_1', reader(), at(2));
    counts.count('wsp_1', 'con_1', reader('key_1', '203.0.113.8'), at(1));
    counts.count('wsp_1', 'con_1', reader(), at(5));
    counts.count('wsp_1', 'con_1', reader(), at(3));
    const row = { connection: 'con_1', callerType: 'api_key', callerId: 'key_1', network: '203.0.113.0/24' };
    expect([...counts.take()]).toEqual([
      ['wsp_1', [{ workspace: 'wsp_1', ...row, reads: 4, firstAt: at(1), lastAt: at(5) }]],
    ]);
  });

  it('are kept apart by workspace, connection, caller and network', () => {
    const counts = new ReadCounts();
    counts.count('wsp_1', 'con_1', reader(), at(1));
    counts.count('wsp_1', 'con_2', reader(), at(1));
    counts.count('wsp_1', 'con_1', reader('key_2'), at(1));
    counts.count('wsp_1', 'con_1', reader('key_1', '2001:db8::1'), at(1));
    counts.count('wsp_2', 'con_3', reader('key_3'), at(1));
    const taken = counts.take();
    expect([...taken].map(([workspace, rows]) => [workspace, rows.length])).toEqual([
      ['wsp_1', 4],
      ['wsp_2', 1],
    ]);
  });

  it('are taken once', () => {
    const counts = new ReadCounts();
    counts.count('wsp_1', 'con_1', reader(), at(1));
    counts.take();
    expect([...counts.take()]).toEqual([]);
  });
});
