import type { ApprovalPurpose } from '#composition';

/** What a second human approves: this selector, and exactly these connections. */
export function revocationPurpose(
  id: string,
  selector: Record<string, unknown>,
  targets: { total: number; hash: string },
): ApprovalPurpose {
  return {
    action: 'revocation.run',
    subject: { type: 'revocation', id },
    content: { selector, targets: targets.total, targets_hash: targets.hash },
  };
}
