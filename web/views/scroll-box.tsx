// A box whose content may be wider than it is. Only then it takes the focus, so that arrow keys can scroll it.
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export function ScrollBox({ label, children }: { readonly label: string; readonly children: ComponentChildren }): JSX.Element {
  const box = useRef<HTMLDivElement>(null), [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const element = box.current!, measure = (): void => { setScrolls(element.scrollWidth > element.clientWidth); }, observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => { observer.disconnect(); };
  }, []);
  return <div ref={box} class="scroll" {...(scrolls ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}>{children}</div>;
}
