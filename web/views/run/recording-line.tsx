// Whether the recorded run on the screen is what the engine here makes of the same events.
import type { JSX } from 'preact';
import { countText } from '../../../engine/metrics/figure-text.ts';
import type { RecordingFacts } from '../../worker/protocol.ts';

export function RecordingLine({ recording: { identical, records, hash, engine, cutOff, revisions, where } }: { readonly recording: RecordingFacts }): JSX.Element {
  return (
    <section class={`panel recording ${identical ? 'same' : 'other'}`} aria-label="Recorded run">
      <p role="status" data-replay={identical ? 'identical' : 'different'}>
        {identical ? <><strong class="better">Identical</strong>: the replay of this recorded run makes the same {countText(records, 'record')}{cutOff && ', as far as the journal goes (it was cut off)'}</>
          : <><strong class="worse">Not identical</strong>: the replay parts from this journal of {countText(records, 'record')}</>}.
        {revisions > 0 && ` It was changed ${countText(revisions, 'time')} while it ran.`} <span class="soft">journal <code>{hash}</code>, written by engine {engine}</span>
      </p>
      {where !== '' && <pre>{where}</pre>}
    </section>
  );
}
