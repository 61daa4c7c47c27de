// The three weights as numbers that take effect once they sum to 1.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { faultLine } from '../../../engine/model/errors.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { checkWeights } from '../../state/routes/settings.ts';

const PARTS = ['latency', 'cost', 'fragmentation'] as const;

export function WeightInputs({ weights, onChange }: { readonly weights: Weights; readonly onChange: (weights: Weights) => void }): JSX.Element {
  const texts = useSignal<readonly string[]>([]);
  useEffect(() => { texts.value = PARTS.map((part) => String(+weights[part].toFixed(6))); }, [weights.latency, weights.cost, weights.fragmentation]);
  const read = checkWeights(texts.value.map((text) => (text.trim() === '' ? NaN : Number(text)))), wrong = texts.value.length > 0 && 'code' in read;
  const commit = (): void => { if (!('code' in read) && PARTS.some((part) => read[part] !== weights[part])) onChange(read); };
  return (
    <fieldset class="field">
      <legend>Weights, sum 1 {wrong && <span class="worse" role="alert">{'code' in read ? (read.hint ?? faultLine(read)) : ''}</span>}</legend>
      <div class="row" onFocusOut={(event) => { if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) commit(); }}>
        {PARTS.map((part, k) => (
          <label key={part}><span class="soft">{part}</span>
            <input type="number" min={0} max={1} step={0.05} value={texts.value[k] ?? ''} aria-invalid={wrong}
              onInput={(event) => { texts.value = texts.value.map((text, i) => (i === k ? event.currentTarget.value : text)); }}
              onKeyDown={(event) => { if (event.key === 'Enter') commit(); }} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
