import { t } from '../../messages/index.js';
import type { ConnectionDetail } from './connection.query.js';

const words = t.connection.revocation;

/** What will happen here, at the provider and to the user: said before the click. */
export function supportWords(connection: ConnectionDetail): string {
  return [words.here, ...atProvider(connection), words.reconnect].filter(Boolean).join(' ');
}

function atProvider({ provider_name: provider, revocation }: ConnectionDetail): string[] {
  const { supported, kills, unsupported_because: because, verified_by: verified } = revocation;
  if (!supported) return [words.unsupported[because ?? 'provider_has_no_revocation'](provider)];
  const told = verified === 'none' ? words.toldUnchecked : words.told;
  return [told(provider), kills ? words.kills[kills] : '', words.verified[verified]];
}
