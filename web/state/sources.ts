// From the names of an address to what the workers are asked about: documents of the library are fetched, the rest goes by
// its name. A name that the library does not have rejects with the fault; names of the catalogue are the workers' to check.
import { hashText128 } from '../../engine/model/hash.ts';
import type { Weights } from '../../engine/model/policy.ts';
import type { FaultSource, ScenarioSource, Study, TextSource } from '../worker/protocol.ts';
import { PACKED_PLAN } from './fault-edits.ts';
import { MINE, isMine } from './library.ts';
import type { Library } from './library.ts';
import type { DocumentKind } from './document-store.ts';
import { unpackText } from './packed-text.ts';

/** What an address says of the runs of a study. */
export interface StudyNames {
  readonly scenario: string;
  readonly weights: Weights;
  /** Name of a plan, or a plan itself as JSON text; empty or missing for none. */
  readonly faults?: string;
  /** With or without parameters. */
  readonly policies: readonly string[];
}

export async function studyOf(library: Library, { scenario, weights, faults, policies }: StudyNames): Promise<Study> {
  const own = [...new Set(policies.map((spec) => spec.split(':')[0]!).filter(isMine))];
  const [from, wrong, texts] = await Promise.all([scenarioSource(library, scenario), faultSource(library, faults), Promise.all(own.map((name) => textSource(library, 'policy', name)))]);
  return { scenario: from, weights, ...(wrong === undefined ? {} : { faults: wrong }), ...(texts.length === 0 ? {} : { texts }) };
}

export async function scenarioSource(library: Library, name: string): Promise<ScenarioSource> {
  return isMine(name) ? textSource(library, 'scenario', name) : { from: 'catalog', name };
}

/** A plan of the catalogue, of the library, or inline: a text that begins with `{` is the plan itself, `packed:` one that was long. */
export async function faultSource(library: Library, name = ''): Promise<FaultSource | undefined> {
  if (name === '') return undefined;
  if (name.startsWith('{')) return { from: 'text', name: 'faults', hash: hashText128(name), text: name };
  if (name.startsWith(PACKED_PLAN)) return faultSource(library, await unpackText(name.slice(PACKED_PLAN.length)));
  return isMine(name) ? textSource(library, 'faults', name) : { from: 'catalog', name };
}

async function textSource(library: Library, kind: DocumentKind, name: string): Promise<TextSource> {
  const { name: own, hash, text } = await library.read(kind, name);
  return { from: 'text', name: MINE + own, hash, text };
}

/** Two studies with one key have the same runs of the policies that are built in; see `RunStore.keepVersions` for the others. */
export function studyKey({ scenario, weights, faults }: Study): string {
  return JSON.stringify([sourceKey(scenario), weights.latency, weights.cost, weights.fragmentation, faults === undefined ? '' : sourceKey(faults)]);
}

function sourceKey(source: ScenarioSource | FaultSource): string {
  return source.from === 'catalog' ? `catalog ${source.name}` : source.from === 'file' ? `file ${source.key}` : `text ${source.hash}`;
}
