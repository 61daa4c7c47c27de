// From a comparison or a run to a document that others can check, as a link or as a file; and from a document that was
// received to the views, with what it brings saved in the library.
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import type { ShareFile, ShareView } from '../../engine/model/share.ts';
import { hashText128 } from '../../engine/model/hash.ts';
import type { RunColumns } from '../worker/protocol.ts';
import type { SharedStudy } from '../worker/share-protocol.ts';
import type { DocumentKind } from './document-store.ts';
import { MINE } from './library.ts';
import type { Library } from './library.ts';
import { LINK_MAX, packText } from './packed-text.ts';
import { enterView, writeRoute } from './route.ts';
import type { Route } from './route.ts';
import { DEFAULT_SHARE } from './routes/share.ts';
import { studyOf } from './sources.ts';
import type { StudyNames } from './sources.ts';
import type { WorkerPool } from './worker-pool.ts';

/** What is to be shared. */
export interface Shareable {
  readonly names: StudyNames;
  readonly seeds: readonly number[];
  /** The runs, when they are at hand: they are made otherwise. */
  readonly columns?: RunColumns;
  readonly metric: MetricKey;
  readonly baseline: string;
  readonly view: ShareView;
}

/** The document. `journal`: with that of its first run, for files. Rejects with `InputError` or `WorkError`. */
export async function shareFileOf(pool: WorkerPool, library: Library, { names, seeds, columns, metric, baseline, view }: Shareable, journal: boolean): Promise<ShareFile> {
  const study = await studyOf(library, names), runs = columns ?? await pool.ask({ kind: 'runs', study, policies: names.policies, seeds }, { urgent: true });
  return pool.ask({ kind: 'share', study, columns: runs, metric, baseline, view, journal }, { urgent: true });
}

/** The fragment that carries the document, or undefined when it is too long for a link. */
export async function fragmentOf(file: ShareFile): Promise<string | undefined> {
  const fragment = writeRoute({ ...DEFAULT_SHARE, packed: await packText(JSON.stringify(file)) });
  return fragment.length <= LINK_MAX ? fragment : undefined;
}

/** The address that shows what the document is about in its own view. What it brings is saved, under its own name where that is free or the same. */
export async function routeOfShared(library: Library, { file, study }: SharedStudy): Promise<Route> {
  const keep = async (kind: DocumentKind, name: string, text: string): Promise<string> => {
    const bare = name.startsWith(MINE) ? name.slice(MINE.length) : name;
    if (library.version(kind, MINE + bare) === hashText128(text)) return MINE + bare;
    const free = library.freeName(kind, bare.replace(/@[0-9a-f]+$/, ''));
    await library.save(kind, free, text);
    return MINE + free;
  };
  const scenario = study.scenario.from === 'text' ? await keep('scenario', study.scenario.name, `${JSON.stringify(file.scenario.file, null, 2)}\n`) : file.scenario.name;
  const faults = study.faults === undefined ? undefined : study.faults.from === 'text' ? await keep('faults', study.faults.name, `${JSON.stringify(file.faults!.plan, null, 2)}\n`) : study.faults.name;
  const policies: string[] = [];
  for (const { policy, text } of file.policies) {
    const [name, ...parameters] = policy.split(':');
    policies.push([text === undefined ? name! : await keep('policy', name!, text), ...parameters].join(':'));
  }
  const carried = { scenario, weights: file.weights, ...(faults === undefined ? {} : { faults }) }, last = Math.max(...file.seeds);
  if (file.view?.view === 'run') return { ...enterView('run', { ...carried, policy: policies[0]!, seed: file.seeds[0]! }), task: file.view.task ?? '' };
  const baseline = file.policies.findIndex(({ policy }) => policy === file.view?.baseline), route = enterView('compare', { ...carried, policies });
  return { ...route, seeds: last, ...(baseline < 0 ? {} : { baseline: policies[baseline]! }), ...(file.view?.metric === undefined ? {} : { metric: file.view.metric as MetricKey }) };
}
