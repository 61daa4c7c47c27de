// Observable's range input is a number and a slider under one label, which names the number only.

/** The same input, its slider named too. */
export function nameSlider<T extends HTMLElement>(input: T): T {
  const name = input.querySelector('label')?.textContent ?? '';
  for (const slider of input.querySelectorAll('input[type="range"]')) slider.setAttribute('aria-label', `${name}, slider`);
  return input;
}
