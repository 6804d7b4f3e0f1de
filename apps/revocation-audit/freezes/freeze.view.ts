import { z } from 'zod';
import { pageOf } from '#platform';
import type { Freeze, FreezeCounts } from '#storage';
import { actorSchema, actorView } from '../revocations/revocation.view.js';
import { keptSelectorSchema } from '../selection/selector.dto.js';

const count = z.int().nonnegative();
const moment = z.iso.datetime();

export const freezeSchema = z
  .strictObject({
    id: z.string(),
    selector: keptSelectorSchema,
    reason: z.string(),
    requested_by: actorSchema,
    state: z
      .enum(['freezing', 'frozen', 'lifting', 'lifted'])
      .describe('`freezing` and `lifting`: some connections are still to be paused, or resumed.'),
    targets: z.strictObject({
      total: count.describe('Fixed when it was asked for: nothing that came later is frozen.'),
      frozen: count,
      skipped: count.describe('Paused by somebody before, ended, or not reached before it was lifted.'),
      lifted: count,
      remaining: count,
    }),
    created_at: moment,
    lifted_by: actorSchema.nullable(),
    lifted_at: moment.nullable(),
  })
  .meta({ id: 'Freeze' });
export type FreezeView = z.infer<typeof freezeSchema>;
export const freezePageSchema = pageOf(freezeSchema, 'FreezePage');

/** A freeze with how far it is. */
export interface ShownFreeze {
  freeze: Freeze;
  counts: FreezeCounts;
}

export function freezeView({ freeze, counts }: ShownFreeze): FreezeView {
  const { waiting, frozen, skipped, lifted } = counts;
  return {
    id: freeze.id,
    selector: freeze.selector,
    reason: freeze.reason,
    requested_by: actorView(freeze.requestedBy),
    state: freeze.state,
    targets: {
      ...{ total: freeze.total, frozen, skipped, lifted },
      remaining: freeze.state === 'lifting' ? frozen : waiting,
    },
    created_at: freeze.createdAt.toISOString(),
    lifted_by: freeze.liftedBy && actorView(freeze.liftedBy),
    lifted_at: freeze.liftedAt?.toISOString() ?? null,
  };
}
