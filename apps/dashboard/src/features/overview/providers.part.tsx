import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAlertTriangle } from '@tabler/icons-react';
import { t } from '../../messages/index.js';
import { ProviderName, useNames } from '../../ui/names.js';
import { count, share } from '../../ui/number.js';
import { ToneBadge } from '../../ui/state-badge.js';
import { providersQuery, type Providers } from './overview.query.js';
import { NothingToPlot, Part } from './part.js';
import { SmallTable } from './small-table.js';
import { providersSummary } from './summaries.js';
import classes from './providers.module.css';

const words = t.overview.providers;
type Provider = Providers['data'][number];

export function ProvidersPart() {
  const names = useNames();
  return (
    <Part
      question={words.question}
      query={useQuery(providersQuery)}
      summary={(data) => providersSummary(data, names)}
      caption={words.caption}
      nothing={({ data }) => data.length === 0 && <NothingToPlot title={words.empty} />}
      table={({ data }) => <ProvidersTable providers={data} />}
    />
  );
}

function ProvidersTable({ providers }: { providers: readonly Provider[] }) {
  const slowest = Math.max(1, ...providers.map(({ p95_ms }) => p95_ms ?? 0));
  return (
    <SmallTable
      caption={words.caption}
      rows={providers}
      keyOf={({ provider }) => provider}
      columns={[
        {
          header: words.provider,
          cell: ({ provider, incident }) => (
            <span className={classes.provider}>
              <Link to="/connections" search={{ provider }} className={classes.name}>
                <ProviderName id={provider} />
              </Link>
              {incident !== null && (
                <ToneBadge tone="warn" icon={IconAlertTriangle}>
                  {words.kinds[incident] ?? incident}
                </ToneBadge>
              )}
            </span>
          ),
        },
        {
          header: words.success,
          align: 'end',
          cell: ({ success }) => (success === null ? t.time.none : share(success)),
        },
        {
          header: words.latency,
          align: 'end',
          cell: (provider) => <Latency {...provider} slowest={slowest} />,
        },
      ]}
    />
  );
}

/** From p50 to p95, on the scale of the slowest. */
function Latency({ p50_ms: p50, p95_ms: p95, slowest }: Provider & { slowest: number }) {
  if (p50 === null || p95 === null) return t.time.none;
  return (
    <span className={classes.latency}>
      <span className={classes.track} aria-hidden>
        <span
          className={classes.range}
          style={{ left: `${(p50 / slowest) * 100}%`, right: `${100 - (p95 / slowest) * 100}%` }}
        />
      </span>
      <span>{words.latencyOf(count(p50), count(p95))}</span>
    </span>
  );
}
