import { z } from 'zod';
import type { ConnectionReader, ReadGap } from '#storage';

export const readersConnectionSchema = z.string().min(1).max(100);

const readerSchema = z
  .strictObject({
    caller: z.strictObject({ type: z.enum(['api_key', 'workload']), id: z.string() }),
    network: z.string().describe('Of IPv4 the /24, of IPv6 the /64 that the requests came from.'),
    first_at: z.iso.datetime(),
    last_at: z.iso.datetime(),
    reads: z.int(),
  })
  .meta({ id: 'ConnectionReader' });

export const connectionReadersSchema = z
  .strictObject({
    data: z
      .array(readerSchema)
      .describe('Who read last first. Written each second; kept for READS_KEPT_DAYS after the last read.'),
    gaps: z
      .array(z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() }))
      .describe(
        'When reads may be missing: a replica was killed, and its last second with it. Newest first.',
      ),
  })
  .meta({ id: 'ConnectionReaders' });
export type ConnectionReadersView = z.infer<typeof connectionReadersSchema>;

export function connectionReadersView(
  readers: readonly ConnectionReader[],
  gaps: readonly ReadGap[],
): ConnectionReadersView {
  return {
    data: readers.map(({ caller, network, firstAt, lastAt, reads }) => ({
      caller: caller as ConnectionReadersView['data'][number]['caller'],
      network,
      first_at: firstAt.toISOString(),
      last_at: lastAt.toISOString(),
      reads,
    })),
    gaps: gaps.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() })),
  };
}
