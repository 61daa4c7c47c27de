// A picture made by Observable Plot, put into the page and drawn again when what it shows or its width changes. The
// picture is hidden from screen readers: its figure says in a sentence what it shows, and a table has the numbers.
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface PlotFigureProps {
  /** For those who cannot see it. */
  readonly label: string;
  /** CSS length, reserved before there is a picture, so that nothing moves. */
  readonly height: string;
  readonly draw: (width: number, height: number) => Element | undefined;
}

export function PlotFigure({ label, height, draw }: PlotFigureProps): JSX.Element {
  const holder = useRef<HTMLElement>(null), [size, setSize] = useState<readonly [width: number, height: number]>([0, 0]);
  useLayoutEffect(() => {
    const element = holder.current!, observer = new ResizeObserver(([entry]) => { setSize([Math.floor(entry!.contentRect.width), Math.floor(entry!.contentRect.height)]); });
    observer.observe(element);
    return () => { observer.disconnect(); };
  }, []);
  useLayoutEffect(() => {
    const picture = size[0] > 0 ? draw(...size) : undefined;
    picture?.setAttribute('aria-hidden', 'true');
    holder.current!.replaceChildren(...(picture === undefined ? [] : [picture]));
  }, [draw, size]);
  return <figure ref={holder} role="img" aria-label={label} style={{ height }} />;
}
