import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { byTab, LivesBy } from './leave-guard.js';

interface UrlTabsProps<T extends string> {
  label: string;
  tabs: readonly { value: T; label: ReactNode }[];
  value: T;
  /** Puts it into the URL. */
  onChange: (value: T) => void;
  children: ReactNode;
}

/** Tabs whose choice is the URL's; only the chosen one's content is there. */
export function UrlTabs<T extends string>({ label, tabs, value, onChange, children }: UrlTabsProps<T>) {
  return (
    <Tabs value={value} onChange={(chosen) => chosen && onChange(chosen as T)}>
      <Tabs.List aria-label={label} mb={16}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.value} value={tab.value}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.value} value={tab.value}>
          {tab.value === value && <LivesBy value={byTab}>{children}</LivesBy>}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
