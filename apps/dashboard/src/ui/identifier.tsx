import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { t } from '../messages/index.js';
import classes from './identifier.module.css';

/** An id in one line of a table; its end is what differs. */
export const shortId = (id: string): string => (id.length <= 20 ? id : `${id.slice(0, 10)}…${id.slice(-6)}`);

/** An id in the middle of which something is left out; copied whole. */
export function Identifier({ id, whole = false }: { id: string; whole?: boolean }) {
  const shown = whole ? id : shortId(id);
  return (
    <span className={classes.identifier}>
      <code title={id}>{shown}</code>
      <CopyIcon value={id} what={id} />
    </span>
  );
}

/** Copies a value; says so where it was clicked. */
export function CopyIcon({ value, what }: { value: string; what: string }) {
  return (
    <CopyButton value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t.actions.copied : t.actions.copy}>
          <ActionIcon size={24} aria-label={`${t.actions.copy} ${what}`} onClick={copy}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
