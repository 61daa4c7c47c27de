// A file that was dropped on the page, taken where it belongs: checked first, in the words of the command line, then kept in
// the library or handed to the scenario view. Nothing is kept of a file that is refused.
import type { RehearsalFile } from '../../engine/model/rehearsal.ts';
import type { Route } from './route.ts';
import { carriedBy, enterView } from './route.ts';
import { droppedScenario } from './drop-shelf.ts';
import type { DocumentKind } from './document-store.ts';
import { MINE } from './library.ts';
import type { Library } from './library.ts';
import { titleOf } from './read-file.ts';
import type { ReadFile } from './read-file.ts';
import { DEFAULT_SHARE } from './routes/share.ts';
import { keepStudy } from './share-link.ts';
import type { RecordingFacts } from '../worker/protocol.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Resolves with the address that shows it. Rejects with `InputError` or `WorkError`. */
export async function takeDropped(pool: WorkerPool, library: Library, file: ReadFile, here: Route): Promise<Route> {
  const carried = carriedBy(here), keep = async (kind: DocumentKind): Promise<string> => MINE + (await library.save(kind, library.freeName(kind, titleOf(file.name)), file.text)).name;
  switch (file.sort) {
    case 'scenario': case 'calendar':
      droppedScenario.value = file;
      return here.view === 'scenario' ? here : enterView('scenario', carried);
    case 'faults':
      await pool.ask({ kind: 'validate', sort: 'faults', text: file.text, fileName: file.name }, { urgent: true });
      return enterView('rehearse', { ...carried, faults: await keep('faults') });
    case 'share':
      await pool.ask({ kind: 'open-share', text: file.text }, { urgent: true });
      return { ...DEFAULT_SHARE, document: await keep('share') };
    case 'policy':
      return enterView('policy', { ...carried, policy: await keep('policy') });
    case 'rehearsal':
      return rehearsalRoute(library, await pool.ask({ kind: 'validate', sort: 'rehearsal', text: file.text, fileName: file.name }, { urgent: true }) as RehearsalFile);
    case 'journal':
      return recordedRoute(library, await pool.ask({ kind: 'recording', text: file.text }, { urgent: true }), await keep('journal'));
  }
}

/** What the journal is of is kept beside it, so that every other view can be asked about the same. */
async function recordedRoute(library: Library, { study, policies: [began], seed }: RecordingFacts, journal: string): Promise<Route> {
  const { scenario, faults, policies } = await keepStudy(library, study, [began!]);
  return { ...enterView('run', { scenario, weights: study.weights, policy: policies[0]!, seed, ...(faults === undefined ? {} : { faults }) }), journal };
}

/** A plan that lies in the file goes into the address; a scenario into the library. */
async function rehearsalRoute(library: Library, { name, scenario, policy, weights, faults, storms, hypotheses }: RehearsalFile): Promise<Route> {
  const own = typeof scenario === 'string' ? scenario : MINE + (await library.save('scenario', library.freeName('scenario', name), `${JSON.stringify(scenario, null, 2)}\n`)).name;
  const route = enterView('rehearse', { scenario: own, policy, ...(weights === undefined ? {} : { weights }), faults: typeof faults === 'string' ? faults : JSON.stringify(faults) });
  return { ...route, ...(storms === undefined ? {} : { storms }), ...(hypotheses === undefined ? {} : { expect: hypotheses }) };
}
