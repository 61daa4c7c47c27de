// Plays a run: play and pause, how fast, and a slider for the instant at which everything on the page is looked at.
import { utcFormat } from 'd3';
import type { JSX } from 'preact';
import { PLAY_SECONDS } from './run-scope.ts';
import type { PlaySeconds, RunScope } from './run-scope.ts';

const text = utcFormat('%a %-d %b %H:%M:%S');
const STEPS = 1000;

/** Of a run that goes on there is nothing to play, but any instant to look at. */
export function Transport({ scope, epochMs, live }: { readonly scope: RunScope; readonly epochMs: number; readonly live: boolean }): JSX.Element {
  const at = scope.at.value, playing = scope.playing.value, shown = Number.isNaN(at) ? scope.endedAt : at, span = Math.max(1, scope.endedAt - scope.startedAt), said = Number.isNaN(at) ? (live ? 'now' : 'the end of the run') : `${text(new Date(epochMs + at))}`;
  return (
    <span class="row transport" role="group" aria-label="Playback">
      {!live && (
        <>
          <button type="button" onClick={() => { if (playing) scope.pause(); else scope.play(); }}>{playing ? '❚❚ Pause' : '▶ Play'}</button>
          <label><span class="visually-hidden">Speed</span>
            <select value={scope.seconds.value} onChange={(event) => { scope.seconds.value = Number(event.currentTarget.value) as PlaySeconds; }}>
              {PLAY_SECONDS.map((seconds) => <option key={seconds} value={seconds}>in {seconds} s</option>)}
            </select>
          </label>
        </>
      )}
      <input type="range" min={0} max={STEPS} step={1} value={Math.round((shown - scope.startedAt) / span * STEPS)} aria-label="Time" aria-valuetext={said}
        onInput={(event) => { scope.pause(); scope.look(scope.startedAt + event.currentTarget.valueAsNumber / STEPS * span); }} />
      <output class="soft instant">{said}</output>
      {!live && !Number.isNaN(at) && !playing && <button type="button" onClick={() => { scope.look(NaN); }}>End</button>}
    </span>
  );
}
