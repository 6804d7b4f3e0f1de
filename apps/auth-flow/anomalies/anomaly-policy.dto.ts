import { z } from 'zod';

const action = z.enum(['notify', 'freeze']);

export const anomalyPolicySchema = z
  .strictObject({
    new_caller: action.describe('A caller reads a connection older than 7 days for the first time.'),
    bulk_enumeration: action.describe(
      'A caller reads more than 100 connections in a minute that it had not read in the day before.',
    ),
    spike: action.describe(
      'Over 300 reads of a connection in a minute, and ten times as many as in a minute of its busiest hour of 7 days.',
    ),
    idle_connection: action.describe('A connection is read that nobody had read for 90 days.'),
  })
  .meta({
    id: 'AnomalyPolicy',
    description: '`notify`: an event and an audit entry; `freeze`: the connections are paused besides.',
  });
export type AnomalyPolicy = z.infer<typeof anomalyPolicySchema>;
