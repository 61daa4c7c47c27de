// Documents that were shared as a view of the shell.
import { ShareDesk } from '../../state/share-desk.ts';
import type { ShareRoute } from '../../state/routes/share.ts';
import type { Bench, OpenView } from '../open-view.ts';
import { ShareView } from './share-view.tsx';

export function openShare(bench: Bench): OpenView<ShareRoute> {
  const desk = new ShareDesk(bench.pool, bench.library);
  return { show: (route) => { desk.show(route); }, leave: () => { desk.stop(); }, View: () => <ShareView bench={bench} desk={desk} /> };
}
