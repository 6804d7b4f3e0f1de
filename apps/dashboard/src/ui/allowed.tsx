import type { ReactNode } from 'react';
import { useCan } from '../api/session-state.js';
import { Forbidden } from './states.js';

/** Shown only to those who may; the API decides again. */
export function Allowed({
  to,
  children,
  otherwise = null,
}: {
  to: string;
  children: ReactNode;
  otherwise?: ReactNode;
}) {
  return useCan(to) ? children : otherwise;
}

/** A whole page that needs a permission: without it, which role is missing. */
export function NeedsPermission({ permission, children }: { permission: string; children: ReactNode }) {
  return useCan(permission) ? children : <Forbidden permission={permission} />;
}
