import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const pine: MantineColorsTuple = [
  '#eef7f3',
  '#dcebe4',
  '#b7d8ca',
  '#8fc3ae',
  '#6fb398',
  '#57a687',
  '#3f8f71',
  '#2a745a',
  '#226650',
  '#155540',
];

/** In the landmark that it belongs to, and over everything that would cut it off. */
const IN_PLACE = { withinPortal: false, floatingStrategy: 'fixed' } as const;

/** One accent, one scale of type, generous space. */
export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 8 },
  colors: { pine },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontSizes: { xs: '0.78rem', sm: '0.875rem', md: '1rem', lg: '1.125rem', xl: '1.375rem' },
  headings: { fontWeight: '650' },
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } },
    Combobox: { defaultProps: { ...IN_PLACE, shadow: 'md' } },
    CloseButton: { defaultProps: { 'aria-label': 'Close' } },
    // A menu in a portal stands in no landmark, and its placeholder is no menu item.
    Menu: { defaultProps: { ...IN_PLACE, withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: { overlayProps: { backgroundOpacity: 0.3 } },
      styles: { title: { fontWeight: 650, lineHeight: 1.3 } },
    },
    Drawer: {
      defaultProps: { overlayProps: { backgroundOpacity: 0.3 } },
      styles: { title: { fontWeight: 650, lineHeight: 1.3 } },
    },
    // Its grey is too pale to be read.
    Notification: { styles: { description: { color: 'var(--mantine-color-dimmed)' } } },
    Tooltip: {
      defaultProps: {
        ...IN_PLACE,
        openDelay: 400,
        withArrow: true,
        events: { hover: true, focus: true, touch: false },
      },
    },
  },
});

const LIGHT = {
  '--mantine-color-body': '#ffffff',
  '--mantine-color-text': '#24221e',
  '--mantine-color-dimmed': '#69645a',
  '--mantine-color-placeholder': '#8b8577',
  '--mantine-color-default-border': '#e2ded4',
  '--mantine-color-default-color': '#24221e',
  '--app-rail': '#f4f2ec',
  '--app-list': '#faf9f6',
  '--app-line': '#e8e4da',
  '--app-hover': 'rgba(60, 50, 30, 0.05)',
  '--app-selected': '#e3eee8',
  '--app-accent-text': '#226650',
  '--app-warn-text': '#8a5300',
  '--app-danger-text': '#b3261e',
  '--app-added': '#cfe9d9',
  '--app-removed': '#9a4a42',
};

const DARK = {
  '--mantine-color-body': '#22211f',
  '--mantine-color-text': '#e8e5de',
  '--mantine-color-dimmed': '#a6a196',
  '--mantine-color-placeholder': '#857f74',
  '--mantine-color-default': '#2a2926',
  '--mantine-color-default-border': '#3d3b36',
  '--mantine-color-default-color': '#e8e5de',
  '--mantine-color-default-hover': '#33312d',
  '--mantine-color-pine-light-color': '#8fc3ae',
  '--mantine-color-red-light-color': '#ff9a8f',
  '--app-rail': '#181715',
  '--app-list': '#1d1c1a',
  '--app-line': '#33312d',
  '--app-hover': 'rgba(255, 250, 235, 0.05)',
  '--app-selected': '#26352f',
  '--app-accent-text': '#8fc3ae',
  '--app-warn-text': '#f0b45e',
  '--app-danger-text': '#ff9a8f',
  '--app-added': '#245040',
  '--app-removed': '#e0928a',
};

/** Warm greys, like paper; Mantine's own greys are blue. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: LIGHT, dark: DARK });
