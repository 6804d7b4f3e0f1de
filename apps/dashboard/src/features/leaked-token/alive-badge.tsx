import { IconFlame, IconHelpCircle, IconSkull } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { ToneBadge } from '../../ui/state-badge.js';
import type { TokenResult } from './leaked-token.query.js';

const words = t.leakedToken;

/** Of a token that is not the workspace's own it says always the same. */
export function AliveBadge({ result: { found, alive } }: { result: TokenResult }) {
  if (!found) {
    return (
      <ToneBadge tone="off" form="outline" icon={IconHelpCircle}>
        {words.notOurs}
      </ToneBadge>
    );
  }
  return alive ? (
    <ToneBadge tone="act" form="filled" icon={IconFlame}>
      {words.alive}
    </ToneBadge>
  ) : (
    <ToneBadge tone="off" icon={IconSkull}>
      {words.dead}
    </ToneBadge>
  );
}
