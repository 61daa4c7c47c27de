// The theme's colours as a canvas needs them, read from the style sheet once a theme.

const NAMES = [
  'surface', 'sunken', 'line', 'line-strong', 'text', 'text-soft', 'focus', 'accent', 'accent-soft', 'bar-work', 'bar-running', 'bar-text', 'bar-setup', 'bar-lost', 'bar-failed', 'bar-interrupted', 'bar-wait',
  'vm-life', 'vm-boot', 'vm-notice', 'kill', 'off-hours', 'closed', 'wait-token', 'wait-person', 'critical', 'fault', 'track', 'track-soft', 'worse',
  'state-completed', 'state-running', 'state-scheduled', 'state-eligible', 'state-queued', 'state-gone',
] as const;

export type InkName = (typeof NAMES)[number];
export type Ink = Readonly<Record<InkName, string>> & { readonly family: string; /** Root font size, px. */ readonly size: number };

export function readInk(root: Element): Ink {
  const style = getComputedStyle(root);
  return { ...(Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Record<InkName, string>), family: style.fontFamily, size: Number.parseFloat(style.fontSize) };
}
