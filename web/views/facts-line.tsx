// How large a scenario is, in a line. Keeps its place while that is not known.
import type { JSX } from 'preact';
import { countText } from '../../engine/metrics/figure-text.ts';
import type { ScenarioFacts } from '../worker/protocol.ts';

export function FactsLine({ facts }: { readonly facts: ScenarioFacts | undefined }): JSX.Element {
  return <span class="soft">{facts === undefined ? '\u00a0' : `${countText(facts.tasks, 'task')} · ${countText(facts.jobs, 'job')} · ${countText(facts.units, 'unit')}`}</span>;
}
