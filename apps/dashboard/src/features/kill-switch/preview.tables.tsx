import { Link } from '@tanstack/react-router';
import { t } from '../../messages/index.js';
import { UtcMoment } from '../../ui/moment.js';
import { IntegrationName, ProviderName } from '../../ui/names.js';
import { count } from '../../ui/number.js';
import { Card, Section } from '../../ui/page.js';
import { StateBadge } from '../../ui/state-badge.js';
import type { Preview } from './kill-switch.query.js';
import { SmallTable } from './small-table.js';
import type { Kind } from './selector-values.js';
import classes from './kill-switch.module.css';

const words = t.newKillSwitch.preview;
type ByProvider = Preview['by_provider'][number];

const killsOf = (kind: Kind, { revocation, kills }: Pick<ByProvider, 'revocation' | 'kills'>): string => {
  if (kind === 'freeze') return words.kills.freeze;
  return revocation === 'unsupported' || kills === null ? words.kills.none : words.kills[kills];
};

/** By provider with what each can be told, by integration and state, and a sample. */
export function PreviewTables({ preview, kind }: { preview: Preview; kind: Kind }) {
  const columns = words.columns;
  return (
    <>
      <Section title={words.byProvider}>
        <Card flush>
          <SmallTable
            label={words.byProvider}
            rows={preview.by_provider}
            keyOf={({ provider }) => provider}
            columns={[
              { header: columns.provider, cell: ({ name }) => name },
              { header: columns.count, cell: (row) => count(row.count), align: 'end' },
              { header: columns.told, cell: ({ revocation }) => words.support[revocation] },
              {
                header: columns.kills,
                cell: (row) => (
                  <span>
                    {killsOf(kind, row)}
                    {kind === 'revoke' && row.withheld > 0 && (
                      <small className={classes.withheld}>{words.kills.withheld(count(row.withheld))}</small>
                    )}
                  </span>
                ),
              },
            ]}
          />
        </Card>
      </Section>
      <Section title={words.byIntegration}>
        <Card flush>
          <SmallTable
            label={words.byIntegration}
            rows={preview.by_integration}
            keyOf={({ integration }) => integration}
            columns={[
              {
                header: columns.integration,
                cell: ({ integration }) => <IntegrationName id={integration} />,
              },
              { header: columns.provider, cell: ({ provider }) => <ProviderName id={provider} /> },
              { header: columns.count, cell: (row) => count(row.count), align: 'end' },
            ]}
          />
        </Card>
      </Section>
      <Section title={words.byState}>
        <Card flush>
          <SmallTable
            label={words.byState}
            rows={preview.by_state}
            keyOf={({ state }) => state}
            columns={[
              { header: columns.state, cell: ({ state }) => <StateBadge state={state} /> },
              { header: columns.count, cell: (row) => count(row.count), align: 'end' },
            ]}
          />
        </Card>
      </Section>
      <Section
        title={words.sample}
        aside={<span className={classes.quiet}>{words.sampleHint(count(preview.sample.length))}</span>}
      >
        <Card flush>
          <SmallTable
            label={words.sample}
            rows={preview.sample}
            keyOf={({ connection }) => connection}
            columns={[
              {
                header: columns.user,
                cell: ({ connection, end_user: user }) => (
                  <Link to="/connections/$id" params={{ id: connection }}>
                    {user ?? connection}
                  </Link>
                ),
              },
              {
                header: columns.integration,
                cell: ({ integration }) => <IntegrationName id={integration} />,
              },
              { header: columns.state, cell: ({ state }) => <StateBadge state={state} /> },
              { header: columns.created, cell: (row) => <UtcMoment at={row.created_at} /> },
            ]}
          />
        </Card>
      </Section>
    </>
  );
}
