// What is shared, checked and handed out as files: share documents, journals, tables, timelines. Plain data.
import type { ColumnTable, TableDictionary } from '../../engine/journal/tables.ts';
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import type { FaultPlanFile } from '../../engine/model/fault-plan.ts';
import type { RehearsalFile } from '../../engine/model/rehearsal.ts';
import type { ShareFile, SharedPolicy, ShareView } from '../../engine/model/share.ts';
import type { RunColumns, RunRequest, Study } from './protocol.ts';

export interface ShareQuestions {
  /** The document of these runs; with the journal of a single one when `journal`. */
  readonly share: { readonly ask: { readonly study: Study; readonly columns: RunColumns; readonly metric: MetricKey; readonly baseline: string; readonly view: ShareView; readonly journal: boolean }; readonly answer: ShareFile };
  /** Refused with every fault, or what is in it and how its runs are asked for. */
  readonly 'open-share': { readonly ask: { readonly text: string }; readonly answer: SharedStudy };
  /** A fault plan or a rehearsal, refused with every fault or handed back as it is. */
  readonly validate: { readonly ask: { readonly sort: 'faults' | 'rehearsal'; readonly text: string; readonly fileName: string }; readonly answer: FaultPlanFile | RehearsalFile };
  /** Judges the document by runs made of it. */
  readonly verify: { readonly ask: { readonly text: string; readonly columns: RunColumns }; readonly answer: ShareFindings };
  /** The journal of a run, as the command line writes it, unpacked. */
  readonly journal: { readonly ask: RunRequest; readonly answer: Uint8Array };
  /** A run for ui.perfetto.dev. */
  readonly timeline: { readonly ask: RunRequest; readonly answer: Uint8Array };
  /** Tables of a run, with what Parquet files say about it. */
  readonly tables: { readonly ask: RunRequest; readonly answer: TableSet };
  /** Runs as one table, a row a run. */
  readonly 'runs-table': { readonly ask: { readonly study: Study; readonly columns: RunColumns }; readonly answer: TableSet };
}

export interface TableSet {
  readonly about: Readonly<Record<string, string>>;
  readonly tables: readonly ColumnTable<TableDictionary>[];
}

/** An opened document: what people want to see of it, and the study of its runs. */
export interface SharedStudy {
  readonly file: Omit<ShareFile, 'journals'>;
  /** Runs whose journal it carries. */
  readonly journals: number;
  readonly study: Study;
  readonly tasks: number;
  /** Version of the engine here. */
  readonly engine: string;
}

/** How the runs came out here. */
export interface ShareFindings {
  readonly identical: boolean;
  readonly runs: number;
  /** `where`: the first row that differs, with what led to it; empty without a journal. */
  readonly different: readonly { readonly policy: string; readonly seed: number; readonly published: string; readonly made: string; readonly where: string }[];
  readonly figures: readonly { readonly policy: string; readonly figure: string }[];
  readonly statement: { readonly published: string; readonly made: string } | undefined;
  /** What came out, in the order of the document. */
  readonly made: readonly SharedPolicy['figures'][];
}
