// Light or dark: what the system says until the user says otherwise; that choice is kept in the browser.
import { signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const KEY = 'twinclock.theme';

/** The theme in force. */
export const theme = signal<Theme>('light');

/** Puts the theme into the document and follows the system while nothing was chosen. */
export function startTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => { show(chosen() ?? (system.matches ? 'dark' : 'light')); };
  system.addEventListener('change', follow);
  follow();
}

/** Chooses the other one. */
export function toggleTheme(): void {
  const next: Theme = theme.value === 'dark' ? 'light' : 'dark';
  try { localStorage.setItem(KEY, next); } catch { /* a browser that keeps nothing still shows it */ }
  show(next);
}

function chosen(): Theme | undefined {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : undefined;
  } catch {
    return undefined;
  }
}

function show(next: Theme): void {
  document.documentElement.dataset['theme'] = next;
  theme.value = next;
}
