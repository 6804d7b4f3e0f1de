import { Button } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../messages/index.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { Card, Section } from '../../ui/page.js';
import { ActionBadge } from './action-badge.js';
import { defaultActions, eventWords, familyOf, inOrder } from './event-types.js';
import { PolicyForm } from './policy.form.js';
import type { Stream } from './signals.query.js';
import classes from './signals.module.css';

const words = t.signals.stream;

/** By event type: what is done, and whether this stream says so. */
export function PolicyTable({ stream, etag }: { stream: Stream; etag: string }) {
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <Section
      title={words.policy}
      aside={
        <Button
          variant="default"
          leftSection={<IconAdjustments size={14} aria-hidden />}
          onClick={() => setOpen(true)}
        >
          {words.changePolicy}
        </Button>
      }
    >
      <Card flush>
        <table className={classes.policy} aria-label={words.policy}>
          <thead>
            <tr>
              <th scope="col">{words.event}</th>
              <th scope="col">{words.action}</th>
              <th scope="col" className={classes.origin}>
                {words.origin}
              </th>
            </tr>
          </thead>
          <tbody>
            {inOrder(stream.policies).map((type) => (
              <Row key={type} stream={stream} type={type} />
            ))}
          </tbody>
        </table>
      </Card>
      <FormDialog isOpen={isOpen} onClose={close} title={t.signals.form.policyTitle(stream.name)} size={720}>
        <PolicyForm stream={stream} etag={etag} onDone={close} />
      </FormDialog>
    </Section>
  );
}

function Row({ stream, type }: { stream: Stream; type: string }) {
  const action = stream.policies[type] ?? 'notify';
  const isIgnored = stream.events !== null && !stream.events.includes(type);
  return (
    <tr>
      <th scope="row" title={type}>
        {eventWords(type)}
        <small>{familyOf(type)}</small>
      </th>
      <td>
        <span title={isIgnored ? words.ignored : undefined}>
          <ActionBadge action={isIgnored ? 'ignore' : action} />
        </span>
      </td>
      <td className={classes.origin}>
        {defaultActions[type] === action && !isIgnored ? words.byDefault : words.setHere}
      </td>
    </tr>
  );
}
