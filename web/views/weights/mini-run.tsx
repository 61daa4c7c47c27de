// A run in small: every resource that did something a line, every attempt a bar, on a time axis that several of them share.
// For seeing at a glance that a schedule has changed; the Run view has the rest.
import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { durationText } from '../../../engine/metrics/figure-text.ts';
import { OUTCOME_COMPLETED, OUTCOME_FAILED } from '../../../engine/metrics/columns.ts';
import type { Theme } from '../../state/theme.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { readInk } from '../run/timeline-ink.ts';
import { layoutTimeline } from '../run/timeline-layout.ts';

export interface MiniRunProps {
  readonly title: string;
  readonly picture: RunPicture;
  /** Where the axis ends, ms after the start. */
  readonly until: number;
  readonly theme: Theme;
}

export function MiniRun({ title, picture, until, theme }: MiniRunProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null), layout = useMemo(() => layoutTimeline(picture), [picture]), [size, setSize] = useState<readonly [number, number]>([0, 0]);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => { setSize([entry!.contentRect.width, entry!.contentRect.height]); });
    observer.observe(canvas.current!);
    return () => { observer.disconnect(); };
  }, []);
  useLayoutEffect(() => {
    const element = canvas.current!, [width, height] = size, ratio = devicePixelRatio, ink = readInk(document.documentElement);
    if (width === 0) return;
    element.width = Math.round(width * ratio); element.height = Math.round(height * ratio);
    const context = element.getContext('2d', { alpha: false })!, { attempts, lives, startedAt, endedAt } = picture;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = ink.sunken;
    context.fillRect(0, 0, width, height);
    const lanes = layout.items.reduce((sum, item) => sum + (item.kind === 'unit' ? Math.max(1, item.lanes.length) : 0), 0), row = height / Math.max(1, lanes), x = (time: number): number => (time - startedAt) / until * width;
    let top = 0;
    for (const item of layout.items) {
      if (item.kind !== 'unit') continue;
      const tall = row * Math.max(1, item.lanes.length);
      context.fillStyle = ink['vm-life'];
      for (const k of item.lives) context.fillRect(x(lives.startedAt[k]!), top, x(lives.endedAt[k]!) - x(lives.startedAt[k]!), tall);
      item.lanes.forEach((lane, l) => {
        for (const k of lane) {
          const outcome = attempts.outcome[k]!, from = x(attempts.startedAt[k]!);
          context.fillStyle = outcome === OUTCOME_COMPLETED ? ink['bar-work'] : outcome === OUTCOME_FAILED ? ink['bar-failed'] : ink['bar-interrupted'];
          context.fillRect(from, top + l * row + 0.15 * row, Math.max(1, x(attempts.endedAt[k]!) - from - 0.5), 0.7 * row);
        }
      });
      top += tall;
    }
    context.fillStyle = ink['line-strong'];
    context.fillRect(x(endedAt), 0, 1.5, height);
  }, [picture, layout, until, size, theme]);
  return (
    <figure class="mini-run" data-hash={picture.hash}>
      <figcaption><span>{title}</span><span class="soft">{durationText(picture.endedAt - picture.startedAt)}</span></figcaption>
      <canvas ref={canvas} aria-hidden="true" />
    </figure>
  );
}
