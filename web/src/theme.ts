import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'

/** The amber of the mark; the darker half carries white text on light, the lighter half dark text on dark. */
const amber: MantineColorsTuple = [
  '#fdf6e7',
  '#f7e8c8',
  '#efd39a',
  '#e5b454',
  '#d99c2b',
  '#b87a0c',
  '#9c6704',
  '#8a5a00',
  '#714a00',
  '#583900',
]

/** Greys with a little warmth, so that the amber belongs to them. */
const dark: MantineColorsTuple = [
  '#d6d2c8',
  '#b5b0a4',
  '#96917f',
  '#6a6557',
  '#423f36',
  '#34312a',
  '#262420',
  '#1c1a17',
  '#161512',
  '#100f0d',
]

const gray: MantineColorsTuple = [
  '#f8f7f4',
  '#f1efea',
  '#e7e4dc',
  '#d9d5ca',
  '#c4bfb1',
  '#a19b8b',
  '#78725f',
  '#575243',
  '#37342b',
  '#1d1b16',
]

/** On the accent: white in the light, and ink in the dark, where the accent is pale. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input)
  const onAccent = input.variant === 'filled' && (!input.color || input.color === 'amber')
  return onAccent ? { ...colors, color: 'var(--claviger-on-accent)' } : colors
}

export const theme = createTheme({
  variantColorResolver,
  primaryColor: 'amber',
  primaryShade: { light: 7, dark: 3 },
  colors: { amber, dark, gray },
  black: '#1d1b16',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '0.75rem', sm: '0.85rem', md: '0.925rem', lg: '1.05rem', xl: '1.2rem' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.45rem', lineHeight: '1.25' },
      h2: { fontSize: '1.1rem', lineHeight: '1.3' },
      h3: { fontSize: '0.95rem', lineHeight: '1.35' },
    },
  },
  components: {
    Modal: {
      styles: { title: { fontWeight: 650, fontSize: '1.1rem' } },
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        centered: true,
        overlayProps: { backgroundOpacity: 0.45 },
      },
    },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    Select: { defaultProps: { checkIconPosition: 'right' } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
    Paper: { defaultProps: { withBorder: true, radius: 'md' } },
    Anchor: { defaultProps: { underline: 'always' } },
  },
})

/** The words of badges and alerts on their pale grounds, where the library's own are too faint. */
const ON_PALE = {
  amber: '#714a00',
  gray: '#575243',
  green: '#1a5c31',
  red: '#9b1c14',
  orange: '#8a3206',
  yellow: '#6b4a00',
  blue: '#134a8e',
  teal: '#0a5c4c',
}

function onPale(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ON_PALE).map(([name, color]) => [`--mantine-color-${name}-light-color`, color]),
  )
}

/** Contrasts of at least 4.5 on both grounds, which the library's own greys and dark reds do not reach. */
export const themeVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...onPale(),
    '--mantine-color-dimmed': '#66604f',
    '--mantine-color-placeholder': '#78725f',
    '--mantine-color-anchor': '#7a5000',
    '--mantine-color-error': '#b3261e',
    '--claviger-ground': '#f8f7f4',
    '--claviger-line': '#e7e4dc',
    '--claviger-on-accent': '#ffffff',
  },
  dark: {
    '--mantine-color-dimmed': '#a9a393',
    '--mantine-color-placeholder': '#8f8977',
    '--mantine-color-anchor': '#e5b454',
    '--mantine-color-error': '#f2968b',
    '--claviger-ground': '#161512',
    '--claviger-line': '#34312a',
    '--claviger-on-accent': '#1d1b16',
    '--mantine-color-amber-light': '#3a2c10',
    '--mantine-color-amber-light-hover': '#443413',
    '--mantine-color-amber-light-color': '#efd39a',
    '--mantine-color-gray-light': '#34312a',
    '--mantine-color-gray-light-color': '#d6d2c8',
    '--mantine-primary-color-contrast': '#1d1b16',
  },
})
