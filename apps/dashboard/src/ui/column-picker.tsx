import { ActionIcon, Menu } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import { t } from '../messages/index.js';
import type { HeadColumn } from './table-head.js';

interface ColumnPickerProps {
  columns: readonly HeadColumn[];
  hidden: string[];
  onChange: (hidden: string[]) => void;
}

/** Which columns are shown; the first always is. */
export function ColumnPicker({ columns, hidden, onChange }: ColumnPickerProps) {
  if (columns.length < 3) return <span />;
  return (
    <Menu closeOnItemClick={false} position="top-start">
      <Menu.Target>
        <ActionIcon aria-label={t.actions.columns}>
          <IconColumns size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map(({ id, header }) => (
          <Menu.CheckboxItem
            key={id}
            checked={!hidden.includes(id)}
            onChange={() =>
              onChange(hidden.includes(id) ? hidden.filter((each) => each !== id) : [...hidden, id])
            }
          >
            {header}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
