import { t } from '../../messages/index.js';
import { duration } from '../../ui/number.js';
import type { Provider } from '../../api/providers.query.js';

const words = t.integrations.catalogue;

/** What spending a refresh token again does there. */
export function rotationWords({ rotation }: Provider): string {
  const { mode, grace_seconds: grace } = rotation;
  return grace === null ? words.rotation[mode] : words.rotationWithin(duration(grace));
}

/** When a refresh token ends by itself. */
export function lifeWords({ refresh_token: life }: Provider): string {
  const parts = [
    life.idle_seconds === null ? undefined : words.life.idle(duration(life.idle_seconds)),
    life.absolute_seconds === null ? undefined : words.life.absolute(duration(life.absolute_seconds)),
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(', ') : words.life.unlimited;
}

/** What revoking ends there. */
export function revocationWords({ revocation }: Provider): string {
  return words.revocation[revocation.kills ?? 'none'];
}
