import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const iris: MantineColorsTuple = [
  '#EEF0FF',
  '#DFE3FF',
  '#C3CAFF',
  '#A3ADFF',
  '#8894FA',
  '#6B78EC',
  '#4F5BD5',
  '#434DBB',
  '#383F9B',
  '#2E347C',
];
// Mantine's own greys and red fail AA where they carry text.
const gray: MantineColorsTuple = [
  '#F8F9FA',
  '#F1F3F5',
  '#E9ECEF',
  '#DEE2E6',
  '#CED4DA',
  '#868F9C',
  '#5F6875',
  '#495057',
  '#343A40',
  '#212529',
];
const dark: MantineColorsTuple = [
  '#E6E8EC',
  '#C9CFD8',
  '#9AA2AF',
  '#737C8A',
  '#3A414C',
  '#2E343E',
  '#1F242B',
  '#16191E',
  '#111418',
  '#0C0E11',
];
const red: MantineColorsTuple = [
  '#FFF0EE',
  '#FFDEDA',
  '#FBBAB3',
  '#F59389',
  '#EC6D61',
  '#DC4A3C',
  '#C42B1C',
  '#A31401',
  '#870F00',
  '#6B0B00',
];

export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: 6,
  colors: { iris, gray, dark, red },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.334', sm: '1.54', md: '1.43', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '0.25rem', sm: '0.375rem', md: '0.5rem', lg: '0.75rem', xl: '1rem' },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.75rem' },
      h2: { fontSize: '1rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.875rem', lineHeight: '1.25rem' },
    },
  },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'compact-sm', h: 32, px: 12 } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 32 } },
    TextInput: { defaultProps: { size: 'sm' } },
    // Their header is no banner of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    Modal: { defaultProps: { radius: 'lg', centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
    Tooltip: { defaultProps: { openDelay: 300, events: { hover: true, focus: true, touch: true } } },
    // Its placeholder for the first focus is a child that a menu may not have (axe: aria-required-children).
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Anchor: { defaultProps: { underline: 'hover' } },
  },
});

/** The tones of states, from the design; each pair of text and ground has a contrast of at least 5.4:1. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#FFFFFF',
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-default-border': gray[3],
    '--mantine-color-anchor': iris[6],
    '--mantine-color-error': red[6],
    '--mantine-color-yellow-light': '#FFEFC2',
    '--mantine-color-yellow-light-color': '#7A4B00',
    '--input-bd': gray[5],
    '--eg-canvas': '#F8F9FB',
    '--eg-surface': '#FFFFFF',
    '--eg-line': '#E4E7EB',
    '--eg-hover': '#F3F4F7',
    '--eg-selected': iris[0],
    ...tones({
      ok: ['0B6B57', 'DDF5EC', '1B6F5B'],
      wait: ['1B5FAF', 'E3EEFB', '4983E2'],
      warn: ['7A4B00', 'FFEFC2', 'C38A28'],
      act: ['FFFFFF', 'A31401', 'A31401'],
      off: ['4B5563', 'ECEEF1', '858B96'],
    }),
    ...series(['427DDD', 'D8751C', '1D6A55', '851E74', '888D98']),
  },
  dark: {
    '--mantine-color-body': dark[7],
    '--mantine-color-placeholder': dark[2],
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-default-border': dark[4],
    '--mantine-color-anchor': iris[3],
    '--mantine-color-error': '#FF8A7D',
    '--mantine-color-yellow-light': '#3A2B08',
    '--mantine-color-yellow-light-color': '#F5C451',
    '--input-bd': dark[3],
    '--eg-canvas': dark[8],
    '--eg-surface': dark[7],
    '--eg-line': dark[5],
    '--eg-hover': dark[6],
    '--eg-selected': '#232850',
    ...tones({
      ok: ['5BD6B2', '0F2F28', '8BF3DB'],
      wait: ['8FBEFF', '14294A', '5E8FF5'],
      warn: ['F5C451', '3A2B08', 'F7C12F'],
      act: ['FFFFFF', 'C42B1C', 'CE322B'],
      off: ['B4BCC8', '2A2F37', '6F7279'],
    }),
    ...series(['2B98F3', 'D09737', '79F8CF', '9B4B73', '9FA7B2']),
  },
});

export type Tone = 'ok' | 'wait' | 'warn' | 'act' | 'off';

function tones(of: Record<Tone, [fg: string, bg: string, mark: string]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(of).flatMap(([tone, [fg, bg, mark]]) => [
      [`--eg-${tone}-fg`, `#${fg}`],
      [`--eg-${tone}-bg`, `#${bg}`],
      [`--eg-${tone}-mark`, `#${mark}`],
    ]),
  );
}

function series(colors: string[]): Record<string, string> {
  return Object.fromEntries(colors.map((color, at) => [`--eg-series-${at + 1}`, `#${color}`]));
}
