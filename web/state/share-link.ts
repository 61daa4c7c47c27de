// From a comparison or a run to a document that others can check, as a link or as a file; and from a document that was
// received to the views, with what it brings saved in the library.
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import type { ShareFile, ShareView } from '../../engine/model/share.ts';
import { hashText128 } from '../../engine/model/hash.ts';
import type { RunColumns, Study, TextSource } from '../worker/protocol.ts';
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

/** Names under which the library has a study. */
export interface KeptStudy {
  readonly scenario: string;
  readonly faults: string | undefined;
  readonly policies: readonly string[];
}

/** Saves what a study brings, each under its own name where that is free or has the same text. `policies`: with their parameters. */
export async function keepStudy(library: Library, { scenario, faults, texts = [] }: Study, policies: readonly string[]): Promise<KeptStudy> {
  const keep = async (kind: DocumentKind, { name, text }: TextSource): Promise<string> => {
    const own = name.startsWith(MINE) ? name.slice(MINE.length) : name.replace(/@[0-9a-f]+$/, ''); // a text has its hash in its name
    if (library.version(kind, MINE + own) === hashText128(text)) return MINE + own;
    const free = library.freeName(kind, own);
    await library.save(kind, free, text);
    return MINE + free;
  };
  const kept: string[] = [];
  for (const policy of policies) {
    const [name, ...parameters] = policy.split(':'), own = texts.find((text) => text.name === name);
    kept.push([own === undefined ? name! : await keep('policy', own), ...parameters].join(':'));
  }
  return {
    scenario: scenario.from === 'catalog' ? scenario.name : scenario.from === 'text' ? await keep('scenario', scenario) : scenario.file.name,
    faults: faults === undefined ? undefined : faults.from === 'text' ? await keep('faults', faults) : faults.name, policies: kept,
  };
}

/** The address that shows what the document is about in its own view; what it brings is saved. */
export async function routeOfShared(library: Library, { file: { policies: shared, weights, seeds, view }, study }: SharedStudy): Promise<Route> {
  const { scenario, faults, policies } = await keepStudy(library, study, shared.map(({ policy }) => policy)), carried = { scenario, weights, ...(faults === undefined ? {} : { faults }) };
  if (view?.view === 'run') return { ...enterView('run', { ...carried, policy: policies[0]!, seed: seeds[0]! }), task: view.task ?? '' };
  const baseline = shared.findIndex(({ policy }) => policy === view?.baseline), route = enterView('compare', { ...carried, policies });
  return { ...route, seeds: Math.max(...seeds), ...(baseline < 0 ? {} : { baseline: policies[baseline]! }), ...(view?.metric === undefined ? {} : { metric: view.metric as MetricKey }) };
}
