// Pointers on the timeline: what each drag, click, wheel and pinch asks for. Ten ms a pixel; the header is above y = 20.
import { describe, expect, it } from 'vitest';
import { TimelineGestures } from '../../../../web/views/run/timeline-gestures.ts';

const PER_PX = 10;

function make(playhead = NaN): { gestures: TimelineGestures; said: string[]; at: (x: number, y: number, pointerId?: number) => { pointerId: number; offsetX: number; offsetY: number } } {
  const said: string[] = [], window = (w: { from: number; to: number } | undefined): string => (w === undefined ? 'none' : `${w.from}-${w.to}`);
  const gestures = new TimelineGestures({
    spotAt: (x, y) => ({ attempt: y > 100 ? 7 : -1, life: -1, closed: -1, fault: -1, time: x * PER_PX, header: y < 20 }), timeAt: (x) => x * PER_PX, playheadX: () => playhead, inLabels: (x) => x < 0,
    pan: (dx, dy) => { said.push(`pan ${dx} ${dy}`); }, scroll: (dy) => { said.push(`scroll ${dy}`); }, zoom: (factor, at) => { said.push(`zoom ${factor.toFixed(3)} ${at}`); },
    brush: (w) => { said.push(`brush ${window(w)}`); }, select: (w) => { said.push(`select ${window(w)}`); }, look: (at) => { said.push(`look ${at}`); }, pick: (k) => { said.push(`pick ${k}`); }, hover: (spot) => { said.push(`hover ${spot.attempt}`); },
  });
  return { gestures, said, at: (offsetX, offsetY, pointerId = 1) => ({ pointerId, offsetX, offsetY }) };
}

describe('one pointer', () => {
  it('pans by a drag on the resources, and picks nothing then', () => {
    const { gestures, said, at } = make();
    gestures.down(at(100, 150)); gestures.move(at(101, 150)); gestures.move(at(120, 155)); gestures.move(at(130, 150)); gestures.up(at(130, 150));
    expect(said).toEqual(['pan 20 5', 'pan 10 -5']);
  });

  it('picks by a click, on a bar only', () => {
    const { gestures, said, at } = make();
    gestures.down(at(100, 150)); gestures.up(at(101, 150)); gestures.down(at(100, 50)); gestures.up(at(100, 50));
    expect(said).toEqual(['pick 7']);
  });

  it('selects a stretch by a drag in the header, whichever way', () => {
    const { gestures, said, at } = make();
    gestures.down(at(300, 10)); gestures.move(at(200, 40)); gestures.up(at(200, 40));
    expect(said).toEqual(['brush 2000-3000', 'brush none', 'select 2000-3000']);
  });

  it('sets the time by a click in the header, and moves it by its handle', () => {
    const { gestures, said, at } = make(50);
    gestures.down(at(300, 10)); gestures.up(at(300, 10)); gestures.down(at(55, 10)); gestures.move(at(75, 10)); gestures.move(at(80, 10)); gestures.up(at(80, 10));
    expect(said).toEqual(['brush none', 'look 3000', 'look 750', 'look 800']);
  });

  it('forgets a drag that was taken away', () => {
    const { gestures, said, at } = make();
    gestures.down(at(300, 10)); gestures.move(at(200, 10)); gestures.cancel(at(200, 10)); gestures.move(at(100, 50));
    expect(said).toEqual(['brush 2000-3000', 'brush none', 'hover -1']);
  });
});

describe('two fingers', () => {
  it('zoom in when they part, around what is between them, and select nothing', () => {
    const { gestures, said, at } = make();
    gestures.down(at(100, 150, 1)); gestures.down(at(200, 150, 2));
    said.length = 0;
    gestures.move(at(300, 150, 2));
    expect(said).toEqual(['pan 50 0', 'zoom 0.500 2000']);
    gestures.up(at(300, 150, 2)); gestures.up(at(100, 150, 1));
    expect(said).toHaveLength(2);
  });
});

describe('the wheel', () => {
  it('zooms, pinches, pans and scrolls', () => {
    const { gestures, said } = make(), wheel = (part: object) => ({ deltaX: 0, deltaY: 0, deltaMode: 0, offsetX: 100, shiftKey: false, ctrlKey: false, ...part });
    gestures.wheel(wheel({ deltaY: -100 })); gestures.wheel(wheel({ deltaY: 10, ctrlKey: true })); gestures.wheel(wheel({ deltaY: 3, deltaMode: 1, shiftKey: true })); gestures.wheel(wheel({ deltaX: 30, deltaY: 2 })); gestures.wheel(wheel({ deltaY: 40, offsetX: -5 }));
    expect(said).toEqual(['zoom 0.852 1000', 'zoom 1.105 1000', 'pan -48 0', 'pan -30 0', 'scroll 40']);
  });
});
