import { backoffMs, type VerificationStep } from '#oauth';
import { VerificationRepository, type RevocationItem, type Transaction } from '#storage';
import type { Work } from './item-work.service.js';

const againFirstMs = 2_000;
const longestWaitMs = 3_600_000;
/** With the back-off's ceiling, more than a day. */
const mostQuestions = 45;
/** Of a refresh that is not settled. */
const mostWaits = 60;
const soonWaits = 20;
/** Caches of the provider's own may need minutes to hear of a revocation. */
const tellAgainFirstMs = 5_000;
const mostTellings = 6;

type Confirmation = Extract<VerificationStep, { do: 'confirm' }>;
type Other = Exclude<VerificationStep, Confirmation>;
/** Null: its orphan is kept. */
type SettlesInMs = number | null | undefined;
type Asked = { work: Work; step: VerificationStep };

/** What came to an end, or goes back to its beginning, and is to be found in the audit log. */
export interface Outcome {
  item: RevocationItem;
  action: 'verified' | 'told_again' | 'not_verifiable' | 'still_alive';
  detail: Record<string, unknown>;
  ended: boolean;
}

/** Writes what asking came to. Answers nothing of items that are to be asked again, or whose claim is lost. */
export async function applyVerifications(tx: Transaction, asked: readonly Asked[]): Promise<Outcome[]> {
  const unsettled = await listUnsettled(tx, asked);
  const confirmed: { item: RevocationItem; step: Confirmation }[] = [];
  const outcomes: Outcome[] = [];
  for (const { work, step } of asked) {
    const { item } = work;
    const found = unsettled.get(item.id);
    if (isEnd(step) && found === null) outcomes.push(...(await failed(tx, item, 'orphan_kept')));
    else if (step.do !== 'confirm') outcomes.push(...(await apply(tx, item, step)));
    else if (typeof found === 'number') outcomes.push(...(await waitUntilSettled(tx, item, found)));
    else confirmed.push({ item, step });
  }
  return [...outcomes, ...(await confirm(tx, confirmed))];
}

const isEnd = (step: VerificationStep) => step.do === 'confirm' || step.do === 'give_up';

/** Looked for once nothing else is to be asked: what lands later finds the connection ended, and is revoked by itself. */
async function listUnsettled(tx: Transaction, asked: readonly Asked[]): Promise<Map<string, SettlesInMs>> {
  const ids = asked.filter(({ step }) => isEnd(step)).map(({ work }) => work.item.id);
  const rows = ids.length === 0 ? [] : await tx.get(VerificationRepository).listUnsettled(ids);
  return new Map(rows.map(({ id, settlesInMs }) => [id, settlesInMs]));
}

async function confirm(
  tx: Transaction,
  confirmed: readonly { item: RevocationItem; step: Confirmation }[],
): Promise<Outcome[]> {
  if (confirmed.length === 0) return [];
  const claims = confirmed.map(({ item, step }) => ({ claim: item, by: step.by }));
  const held = await tx.get(VerificationRepository).confirmAll(claims);
  return confirmed
    .filter(({ item }) => held.includes(item.id))
    .map(({ item, step }) => ({ item, action: 'verified', detail: { by: step.by }, ended: true }));
}

async function apply(tx: Transaction, item: RevocationItem, step: Other): Promise<Outcome[]> {
  const verifications = tx.get(VerificationRepository);
  switch (step.do) {
    case 'tell_again': {
      if (item.toldAgain >= mostTellings) return failed(tx, item, 'still_alive');
      const told = { failures: item.toldAgain + 1, firstMs: tellAgainFirstMs, maxMs: longestWaitMs };
      const inMs = backoffMs({ ...told, random: Math.random() });
      const held = await verifications.tellAgain(item, step.alive, inMs);
      return held ? [{ item, action: 'told_again', detail: { alive: step.alive }, ended: false }] : [];
    }
    case 'give_up':
      return giveUp(tx, item, step.reason);
    case 'probe':
      await verifications.wantProbe(item);
      return [];
    case 'wait':
      await verifications.askAgain(item, step.ms, 'until_expiry');
      return [];
    case 'ask_again':
      return askAgain(tx, item, 'provider_did_not_say');
  }
}

async function askAgain(tx: Transaction, item: RevocationItem, reason: string): Promise<Outcome[]> {
  if (item.verificationAttempts >= mostQuestions) return giveUp(tx, item, reason);
  const asked = { failures: item.verificationAttempts, firstMs: againFirstMs, maxMs: longestWaitMs };
  const inMs = backoffMs({ ...asked, random: Math.random() });
  await tx.get(VerificationRepository).askAgain(item, inMs, reason);
  return [];
}

/** Soon, and no later than somebody takes it up; after minutes less and less often, for more than a day. */
async function waitUntilSettled(
  tx: Transaction,
  item: RevocationItem,
  settlesInMs: number,
): Promise<Outcome[]> {
  const { verificationAttempts: questions } = item;
  if (questions >= mostWaits) return giveUp(tx, item, 'refresh_not_settled');
  const isNew = questions <= soonWaits;
  const failures = isNew ? questions : questions - soonWaits;
  const waitMs = backoffMs({ failures, random: Math.random(), firstMs: againFirstMs, maxMs: longestWaitMs });
  const inMs = isNew ? Math.min(waitMs, settlesInMs + againFirstMs) : waitMs;
  await tx.get(VerificationRepository).askAgain(item, inMs, 'refresh_not_settled');
  return [];
}

/** A provider whose word was wrong once is not believed without proof. */
async function giveUp(tx: Transaction, item: RevocationItem, reason: string): Promise<Outcome[]> {
  if (item.toldAgain > 0) return failed(tx, item, reason);
  const held = await tx.get(VerificationRepository).giveUp(item, reason);
  return held ? [{ item, action: 'not_verifiable', detail: { reason }, ended: true }] : [];
}

async function failed(tx: Transaction, item: RevocationItem, reason: string): Promise<Outcome[]> {
  const held = await tx.get(VerificationRepository).fail(item, reason);
  const detail = { reason, told: item.toldAgain + 1 };
  return held ? [{ item, action: 'still_alive', detail, ended: true }] : [];
}
