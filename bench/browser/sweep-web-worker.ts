// A web worker of the sweep page: takes a setting once, then `{ first, count }`, and answers with the hashes of those seeds.
import { SweepRuns, type SweepSetting } from '../cases/sweep-runs.ts';

let runs: SweepRuns | undefined;
self.onmessage = ({ data }: MessageEvent<SweepSetting | { readonly first: number; readonly count: number }>) => {
  if ('scenario' in data) runs = new SweepRuns(data);
  else self.postMessage(runs!.run(data.first, data.count));
};
