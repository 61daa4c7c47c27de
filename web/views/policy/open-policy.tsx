// The writing of policies as a view of the shell.
import { startLanguage } from '../../state/language.ts';
import { PolicyDesk } from '../../state/policy-desk.ts';
import type { PolicyRoute } from '../../state/routes/policy.ts';
import type { Bench, OpenView } from '../open-view.ts';
import { PolicyView } from './policy-view.tsx';

export function openPolicy(bench: Bench): OpenView<PolicyRoute> {
  const desk = new PolicyDesk(bench.pool, bench.library, startLanguage(), bench.now, (change) => { bench.amend('policy', change); });
  addEventListener('pagehide', () => { void desk.flush(); });
  return { show: (route) => { void desk.show(route); }, leave: () => { void desk.flush(); }, View: () => <PolicyView bench={bench} desk={desk} /> };
}
