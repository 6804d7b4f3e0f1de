import { useQuery } from '@tanstack/react-query';
import { t } from '../../messages/index.js';
import { supportQuery } from './leaked-token.query.js';
import classes from './leaked-token.module.css';

const words = t.leakedToken.told;

/** Whether the provider of a connection can be told, as a dry run says. */
export function ProviderSupport({ connection }: { connection: string }) {
  const query = useQuery(supportQuery(connection));
  const provider = query.data?.by_provider[0];
  const sentence = (): string => {
    if (query.isPending) return words.asking;
    if (!provider) return words.unknown;
    if (provider.withheld > 0) return words.withheld(provider.name);
    return words[provider.revocation === 'supported' ? 'supported' : 'unsupported'](provider.name);
  };
  return <p className={classes.plain}>{sentence()}</p>;
}
