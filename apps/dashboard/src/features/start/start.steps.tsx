import { Button, Code, Group, Text } from '@mantine/core';
import { IconArrowRight, IconLinkPlus, IconPlugConnected } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Integration } from '../../api/integrations.query.js';
import { makeConnectLink, type MadeConnectLink } from '../../api/connect-links.query.js';
import type { components } from '../../api/schema.js';
import { t } from '../../messages/index.js';
import { Allowed } from '../../ui/allowed.js';
import { CodeBlock } from '../../ui/code-block.js';
import { curl } from '../../ui/copy-curl.js';
import { ProblemAlert } from '../../ui/danger-dialog.js';
import { LinkHandout } from '../../ui/link-handout.js';
import { Moment } from '../../ui/moment.js';
import { ApiProblem } from '../../api/problem.js';

const words = t.start;

export function IntegrationStep({ integration }: { integration: Integration | undefined }) {
  if (integration)
    return <p>{words.integration.done(integration.name, integration.provider === 'sandbox')}</p>;
  return (
    <>
      <p>{words.integration.todo}</p>
      <Allowed to="integrations:write" otherwise={<p>{words.integration.forbidden}</p>}>
        <Group>
          <Button renderRoot={(props) => <Link to="/integrations/new" {...props} />}>
            {words.integration.action}
          </Button>
        </Group>
      </Allowed>
    </>
  );
}

interface MakeLinkProps {
  integration: Integration;
  action: string;
  isPrimary: boolean;
  onMade: (made: MadeConnectLink) => void;
}

/** One click: for a demo user, with what the integration asks for. */
export function MakeLink({ integration, action, isPrimary, onMade }: MakeLinkProps) {
  const queries = useQueryClient();
  const making = useMutation({
    mutationFn: () =>
      makeConnectLink({
        integration: integration.id,
        end_user: { id: 'demo-user', display_name: words.link.user },
      }),
    onSuccess: (made) => {
      onMade(made);
      return queries.invalidateQueries({ queryKey: ['connections'] });
    },
  });
  return (
    <Allowed to="connect:write" otherwise={<p>{words.link.forbidden}</p>}>
      {making.error && <ProblemAlert problem={ApiProblem.from(making.error)} />}
      <Group>
        <Button
          variant={isPrimary ? 'filled' : 'default'}
          leftSection={<IconLinkPlus size={16} />}
          loading={making.isPending}
          onClick={() => making.mutate()}
        >
          {action}
        </Button>
      </Group>
    </Allowed>
  );
}

/** Where the demo user's password is: no answer of the API has it. */
function DemoLogin({ integration }: { integration: Integration }) {
  if (integration.provider !== 'sandbox') return <p>{words.open.other}</p>;
  return (
    <p>
      {words.open.sandbox} <Code>{words.open.sandboxFile}</Code> {words.open.sandboxAfter}{' '}
      <Code>{words.open.sandboxKey}</Code>.
    </p>
  );
}

interface OpenStepProps {
  integration: Integration;
  made: MadeConnectLink | undefined;
  onMade: (made: MadeConnectLink) => void;
}

export function OpenStep({ integration, made, onMade }: OpenStepProps) {
  return (
    <>
      <DemoLogin integration={integration} />
      {made ? (
        <LinkHandout key={made.id} id={made.id} url={made.url} />
      ) : (
        <>
          <p>{words.open.lost}</p>
          <MakeLink {...{ integration, onMade }} action={words.link.again} isPrimary />
        </>
      )}
    </>
  );
}

type Connection = components['schemas']['AdminConnection'];

export function LiveStep({ connection }: { connection: Connection | null | undefined }) {
  if (!connection) return <p>{words.live.todo}</p>;
  const { id, end_user: user } = connection;
  return (
    <Group gap={12}>
      <p>{words.live.done(user?.display_name ?? user?.email ?? user?.id ?? id)}</p>
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={14} />}
        renderRoot={(props) => <Link to="/connections/$id" params={{ id }} {...props} />}
      >
        {words.live.action}
      </Button>
    </Group>
  );
}

export function KeyStep({ keyName, isSandbox }: { keyName: string | undefined; isSandbox: boolean }) {
  if (keyName)
    return (
      <p>
        {words.key.done(keyName)} {isSandbox && words.key.bootstrap}
      </p>
    );
  return (
    <>
      <p>{words.key.todo}</p>
      <Allowed to="keys:write" otherwise={<p>{words.key.forbidden}</p>}>
        <Group>
          <Button
            rightSection={<IconArrowRight size={14} />}
            renderRoot={(props) => <Link to="/api-keys" {...props} />}
          >
            {words.key.action}
          </Button>
        </Group>
      </Allowed>
    </>
  );
}

export function ReadStep({ connection }: { connection: Connection }) {
  return (
    <>
      {!connection.last_read_at && <p>{words.read.todo}</p>}
      <CodeBlock label={words.read.label} code={curl('GET', `/v1/connections/${connection.id}/token`)} />
      <Text size="sm" role="status">
        {connection.last_read_at ? (
          <>
            {words.read.done} <Moment at={connection.last_read_at} />
          </>
        ) : (
          words.read.waiting
        )}
      </Text>
    </>
  );
}
