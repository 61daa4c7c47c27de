// Answers of the REST interface as those see them who ask over HTTP: the command line and the page. What each field means is
// said in `proto`.

export interface RunJson {
  readonly run: string; readonly phase: string; readonly reason: string; readonly epoch: string; readonly daemonEpoch: number; readonly now: number;
  readonly policy: { readonly name: string; readonly parameters: Readonly<Record<string, number>> };
  readonly weights: { readonly latency: number; readonly cost: number; readonly fragmentation: number };
  readonly budget: number; readonly spent: number; readonly spentAndCommitted: number; readonly revision: number; readonly rows: number;
  readonly tasks: Readonly<Record<string, number>>; readonly jobsOpen: number; readonly jobsEnded: number; readonly vms: number; readonly unknown: number;
  readonly refusedReports: number; readonly nextDecision: number;
}
export interface TaskJson {
  readonly id: string; readonly job: string; readonly kind: string; readonly state: string; readonly attempt: number; readonly failures: number; readonly interruptions: number;
  readonly progressPpm: number; readonly unit: string; readonly token: string; readonly since: number; readonly finish: number; readonly unknown: string; readonly reason: string;
}
export interface AttemptJson {
  readonly attempt: number; readonly token: string; readonly unit: string; readonly placedAt: number; readonly endedAt: number; readonly outcome: string; readonly reason: string;
  readonly output?: unknown; readonly usage: Readonly<Record<string, number>>; readonly by?: string;
}
export interface ResourceJson {
  readonly unit: string; readonly entry: string; readonly kind: string; readonly driver: string; readonly state: string; readonly market: string; readonly placed: number; readonly running: number;
  readonly used: Readonly<Record<string, number>>; readonly capacity: Readonly<Record<string, number>>; readonly cost: number; readonly price: number; readonly until: number;
  readonly requestsLeft: number; readonly tokensLeft: number; readonly requestsBurst: number; readonly tokensBurst: number;
}
export interface WaitingJson {
  readonly task: string; readonly after: readonly string[];
  readonly places: readonly { readonly place: string; readonly market: string; readonly fresh: boolean; readonly refusal: string; readonly start: number; readonly cost: number }[];
}
export interface PreviewJson {
  readonly at: number; readonly cost: number; readonly spent: number; readonly budget: number; readonly released: readonly string[];
  readonly placements: readonly { readonly task: string; readonly unit: string; readonly start: number; readonly finish: number; readonly cost: number }[];
  readonly vms: readonly { readonly unit: string; readonly market: string; readonly pricePerHour: number }[];
}
interface BandJson { readonly p10: number; readonly p50: number; readonly p90: number }
export interface ReachedJson { readonly name: string; readonly share: number }
export interface BlastJson {
  readonly at: number; readonly futures: number; readonly finishedWithout: number; readonly finishedWith: number; readonly extraTime: BandJson; readonly extraCost: BandJson;
  readonly tasks: readonly ReachedJson[]; readonly vms: readonly ReachedJson[]; readonly people: readonly ReachedJson[]; readonly apis: readonly ReachedJson[]; readonly faults: readonly ReachedJson[];
  readonly jobs: readonly { readonly job: string; readonly delay: BandJson; readonly deadline: number; readonly onTimeWithout: number; readonly onTimeWith: number }[];
}
export interface RehearsedFaultJson {
  readonly number: number; readonly kind: string; readonly words: string; readonly state: string; readonly vms: readonly string[]; readonly injections: number; readonly reason: string;
}
export interface RehearsalJson {
  readonly id: number; readonly name: string; readonly phase: string; readonly reason: string; readonly from: number; readonly stop: readonly string[]; readonly by: string; readonly faults: readonly RehearsedFaultJson[];
}
export interface RehearsalsJson { readonly held: readonly string[]; readonly rehearsals: readonly RehearsalJson[] }
export interface InjectableJson { readonly kind: string; readonly entry: string; readonly refusal: string }
export interface InboxItemJson {
  readonly id: string; readonly task: string; readonly person: string; readonly state: string; readonly prompt: string; readonly offeredAt: number; readonly expectedAt: number;
  readonly fields: readonly { readonly name: string; readonly label: string; readonly choices: readonly string[]; readonly optional: boolean }[];
  readonly link: string; readonly reason: string; readonly result?: unknown; readonly by?: string;
}
