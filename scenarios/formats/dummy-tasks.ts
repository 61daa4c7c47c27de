// Source and sink that some formats add to have one start and one end. Both take no time and hold nothing, the source
// waits for nobody and nobody waits for the sink, so leaving them out changes no schedule and no makespan.

export interface GraphRow {
  readonly id: string;
  readonly duration: number;
  readonly after: readonly string[];
  /** Whether it holds any resource while it runs. */
  readonly holds?: boolean;
}

export interface Trimmed<Row> {
  readonly rows: readonly Row[];
  readonly dummies: number;
  /** Edges that went with them. */
  readonly dummyEdges: number;
}

/** Leaves out the first row if it is a dummy source and the last if it is a dummy sink. */
export function withoutDummies<Row extends GraphRow>(rows: readonly Row[]): Trimmed<Row> {
  const first = rows[0], last = rows[rows.length - 1];
  if (first === undefined || last === undefined) return { rows, dummies: 0, dummyEdges: 0 };
  const idle = (row: Row): boolean => row.duration === 0 && row.holds !== true;
  const source = idle(first) && first.after.length === 0 ? first : undefined;
  const sink = idle(last) && last !== source && !rows.some((row) => row.after.includes(last.id)) ? last : undefined;
  const kept = rows.filter((row) => row !== source && row !== sink)
    .map((row) => (source !== undefined && row.after.includes(source.id) ? { ...row, after: row.after.filter((id) => id !== source.id) } : row));
  const edges = (list: readonly Row[]): number => list.reduce((sum, row) => sum + row.after.length, 0);
  return { rows: kept, dummies: rows.length - kept.length, dummyEdges: edges(rows) - edges(kept) };
}
