// The theme's colours as a canvas needs them, read from the style sheet once a theme.

const NAMES = [
  'surface', 'sunken', 'line', 'line-strong', 'text', 'text-soft', 'focus', 'bar-work', 'bar-text', 'bar-setup', 'bar-lost', 'bar-failed', 'bar-interrupted', 'bar-wait',
  'vm-life', 'vm-boot', 'vm-notice', 'kill', 'off-hours', 'track', 'track-soft', 'worse',
] as const;

export type Ink = Readonly<Record<(typeof NAMES)[number], string>> & { readonly family: string; /** Root font size, px. */ readonly size: number };

export function readInk(root: Element): Ink {
  const style = getComputedStyle(root);
  return { ...(Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Record<(typeof NAMES)[number], string>), family: style.fontFamily, size: Number.parseFloat(style.fontSize) };
}
