// A box whose content may be wider than it is, or, where it is `tall`, higher than some twenty rows. Only then it takes the
// focus, so that arrow keys can scroll it.
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export function ScrollBox({ label, tall = false, children }: { readonly label: string; readonly tall?: boolean; readonly children: ComponentChildren }): JSX.Element {
  const box = useRef<HTMLDivElement>(null), [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const element = box.current!, measure = (): void => { setScrolls(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight); }, observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => { observer.disconnect(); };
  }, []);
  return <div ref={box} class={tall ? 'scroll tall' : 'scroll'} {...(scrolls ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}>{children}</div>;
}
