import { ActionIcon, CopyButton, TextInput, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { t } from '../messages/index.js';
import classes from './copy-field.module.css';

interface CopyFieldProps {
  label: string;
  description?: string;
  value: string;
  autoFocus?: boolean;
}

/** Something to be taken along whole: a click selects it, a button copies it. */
export function CopyField({ label, description, value, autoFocus }: CopyFieldProps) {
  return (
    <TextInput
      label={label}
      description={description}
      value={value}
      readOnly
      classNames={{ input: classes.input }}
      data-autofocus={autoFocus}
      onFocus={({ currentTarget }) => currentTarget.select()}
      rightSectionWidth={36}
      rightSection={
        <CopyButton value={value} timeout={1_500}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t.actions.copied : t.actions.copy}>
              <ActionIcon size={28} aria-label={`${t.actions.copy} ${label}`} onClick={copy}>
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      }
    />
  );
}
