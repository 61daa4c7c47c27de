// Workflow systems number the runs of one program (`mProject_ID0000017`, `stage_in_local_0_1`) and nest its name in
// modules (`RNASEQ.PREPARE_GENOME.GUNZIP_GTF`): the stem is the kind of the task.

/** The name without trailing numbers and leading modules; empty for a mere number. */
export function taskKind(name: string): string {
  const stem = name.replace(/(?:[_.#-](?:ID)?\d+)+$/, '');
  const last = stem.slice(Math.max(stem.lastIndexOf('.'), stem.lastIndexOf(':')) + 1);
  return /^\d*$/.test(last) ? '' : last;
}
