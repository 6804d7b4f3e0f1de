import type { MantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun, type Icon } from '@tabler/icons-react';
import { t } from '../messages/index.js';

export const colorSchemes: readonly (readonly [MantineColorScheme, string, Icon])[] = [
  ['light', t.shell.theme.light, IconSun],
  ['dark', t.shell.theme.dark, IconMoon],
  ['auto', t.shell.theme.auto, IconDeviceDesktop],
];
