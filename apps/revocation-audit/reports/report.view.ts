import { z } from 'zod';
import type { RevokedRow } from '#storage';
import {
  actorSchema,
  actorView,
  revocationItemSchema,
  revocationItemView,
  revocationSchema,
  revocationView,
  type ShownRevocation,
} from '../revocations/revocation.view.js';

const moment = z.iso.datetime();

const resultSchema = z.strictObject({
  connection: z.string(),
  result: z
    .enum(['waiting', 'killed', 'already_dead', 'erased', 'spared'])
    .describe(
      'Here: killed by this revocation, revoked or erased by another meanwhile, or alive; `spared`: its policy no longer meant it.',
    ),
  at: moment,
  told: z.array(revocationItemSchema).describe('At the provider, slot by slot.'),
});

export const reportSchema = z
  .strictObject({
    workspace: z.string(),
    made_at: moment,
    is_final: z.boolean().describe('Whether nothing of it can change any more but by asking again.'),
    revocation: revocationSchema,
    approved_by: actorSchema.nullable(),
    approved_at: moment.nullable(),
    results: z.array(resultSchema).describe('Of every target.'),
    omitted: z.int().nonnegative().describe('How many targets more there are than a report holds.'),
  })
  .meta({ id: 'RevocationReport' });
export type ReportView = z.infer<typeof reportSchema>;

export const signedReportSchema = z
  .strictObject({
    report: reportSchema,
    jws: z
      .string()
      .describe(
        'Detached (RFC 7515 Appendix F), EdDSA, over the UTF-8 of the RFC 8785 JSON of `report`; its `kid` is in the key set.',
      ),
  })
  .meta({ id: 'SignedRevocationReport' });
export type SignedReport = z.infer<typeof signedReportSchema>;

export const reportKeysSchema = z
  .strictObject({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) })
  .meta({ id: 'ReportKeySet' });

const neverRan = new Set<string>(['rejected', 'withdrawn', 'lapsed']);

export function reportView(
  workspace: string,
  shown: ShownRevocation,
  { rows, omitted, madeAt }: { rows: readonly RevokedRow[]; omitted: number; madeAt: Date },
): ReportView {
  const { approval, revocation } = shown;
  const view = revocationView(shown);
  const by = approval?.state === 'approved' ? approval.decidedBy : null;
  return {
    workspace,
    made_at: madeAt.toISOString(),
    is_final: revocation.finishedAt !== null || neverRan.has(view.state),
    revocation: view,
    approved_by: by && actorView(by),
    approved_at: (by && approval?.decidedAt?.toISOString()) ?? null,
    results: [...Map.groupBy(rows, ({ connection }) => connection).values()].map((of) => ({
      connection: of[0]!.connection,
      result: of[0]!.result,
      at: of[0]!.changedAt.toISOString(),
      told: of.flatMap(({ item }) => (item ? [revocationItemView(item)] : [])),
    })),
    omitted,
  };
}
