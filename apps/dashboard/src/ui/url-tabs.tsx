import { Tabs } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { byTab, LivesBy } from './leave-guard.js';
import classes from './url-tabs.module.css';

interface UrlTabsProps<T extends string> {
  label: string;
  tabs: readonly { value: T; label: ReactNode }[];
  value: T;
  /** Puts it into the URL. */
  onChange: (value: T) => void;
  children: ReactNode;
}

/** Tabs whose choice is the URL's; only the chosen one's content is there. Where they are too wide, they scroll. */
export function UrlTabs<T extends string>({ label, tabs, value, onChange, children }: UrlTabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    // Not scrollIntoView: that would move the page, too.
    if (list.current && chosen)
      list.current.scrollLeft = chosen.offsetLeft - (list.current.clientWidth - chosen.offsetWidth) / 2;
  }, [value]);
  return (
    <Tabs
      classNames={{ list: classes.list, tab: classes.tab }}
      value={value}
      onChange={(chosen) => chosen && onChange(chosen as T)}
    >
      <Tabs.List ref={list} aria-label={label} mb={16}>
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
