import { Radio, Stack } from '@mantine/core';
import { t } from '../../messages/index.js';
import { roles, type Role } from './role-table.js';

interface RoleChoiceProps {
  label: string;
  value: Role;
  error?: string;
  onChange: (role: Role) => void;
}

/** Each role with what it may do. */
export function RoleChoice({ label, value, error, onChange }: RoleChoiceProps) {
  return (
    <Radio.Group label={label} value={value} error={error} onChange={onChange}>
      <Stack gap={12} mt={8}>
        {roles.map((role) => (
          <Radio key={role} value={role} label={t.access.roles[role]} description={t.access.roleWhat[role]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
