// What every picture of a study is put into: a figure that says in a sentence what it shows, for those who cannot see it.
// The drawing itself is hidden from screen readers; the text or a table beside it has the numbers.

/** Pixels; a page that is being laid out has no width for a moment. */
export const LEAST_WIDTH = 280;

/** `label`: what the picture shows. The parts are stacked: a legend, the drawing. */
export function figure(label: string, ...parts: readonly (Element | undefined)[]): HTMLElement {
  const holder = element('figure', { role: 'img', 'aria-label': label });
  for (const part of parts) {
    if (part === undefined) continue;
    part.setAttribute('aria-hidden', 'true');
    holder.append(part);
  }
  return holder;
}

/** An HTML element with attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string>> = {}, ...children: readonly (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
