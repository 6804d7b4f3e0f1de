import { Link } from '@tanstack/react-router';
import type { Integration } from '../../api/integrations.query.js';
import { useCan } from '../../api/session-state.js';
import { t } from '../../messages/index.js';
import { CopyField } from '../../ui/copy-field.js';
import { CopyCurl } from '../../ui/copy-curl.js';
import { Identifier } from '../../ui/identifier.js';
import { Moment } from '../../ui/moment.js';
import { Card, Facts, Section } from '../../ui/page.js';
import type { Provider } from '../../api/providers.query.js';
import { lifeWords, revocationWords, rotationWords } from './provider-words.js';

const words = t.integrations.detail;
const columns = t.integrations.catalogue.columns;

/** Ids, times, where to look further; what is known of the provider. */
export function IntegrationAside({
  integration,
  provider,
}: {
  integration: Integration;
  provider?: Provider;
}) {
  const { id, redirect_uri: redirectUri } = integration;
  const canAudit = useCan('audit:read');
  const audit = (
    <Link to="/audit" search={{ subject: id }}>
      {words.auditLink}
    </Link>
  );
  const links = (
    <Link to="/connect-links" search={{ integration: id }}>
      {words.linksLink}
    </Link>
  );
  return (
    <>
      <Section title={words.facts}>
        <Card>
          <Facts
            facts={[
              [words.id, <Identifier key="id" id={id} />],
              [words.providerName, provider?.name ?? integration.provider],
              [words.created, <Moment key="created" at={integration.created_at} />],
              [words.updated, <Moment key="updated" at={integration.updated_at} />],
              [words.links, links],
              ...(canAudit ? [[words.audit, audit] as const] : []),
            ]}
          />
        </Card>
        <CopyField label={words.redirectUri} value={redirectUri} />
        <CopyCurl method="GET" path={`/v1/integrations/${id}`} />
      </Section>
      {provider && <ProviderFacts provider={provider} />}
    </>
  );
}

/** What decides how tokens live there. */
export function ProviderFacts({ provider }: { provider: Provider }) {
  const docs = provider.docs_url && (
    <a href={provider.docs_url} target="_blank" rel="noopener noreferrer">
      {t.integrations.catalogue.docs}
    </a>
  );
  return (
    <Section title={words.provider}>
      <Card>
        <Facts
          facts={[
            [columns.rotation, rotationWords(provider)],
            [columns.life, lifeWords(provider)],
            [columns.revocation, revocationWords(provider)],
            [columns.confidence, t.integrations.catalogue.confidence[provider.confidence]],
            ...(docs ? [[words.docs, docs] as const] : []),
          ]}
        />
      </Card>
    </Section>
  );
}
