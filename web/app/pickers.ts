// Sheets that hang from a button, in every view: one is open at a time, and a press outside or Escape closes it. Escape gives
// the focus back to the button.

/** From now on, for every `details.picker` of the page. */
export function startPickers(page: Document): void {
  const open = (): HTMLDetailsElement[] => [...page.querySelectorAll<HTMLDetailsElement>('details.picker[open]')];
  page.addEventListener('pointerdown', ({ target }) => { for (const picker of open()) if (!(target instanceof Node && picker.contains(target))) picker.open = false; });
  page.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    for (const picker of open()) {
      const held = picker.contains(page.activeElement);
      picker.open = false;
      if (held) picker.querySelector('summary')?.focus();
    }
  });
}
