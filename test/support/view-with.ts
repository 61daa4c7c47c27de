// Policies that are watched, or told otherwise: the view that a policy decides on is wrapped, and what is not replaced is the
// kernel's own. A wrapper that answers as the kernel does changes no run.
import type { Policy, PolicyView, PreparedPolicy } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';

/** The policy, told of each view by way of `around`. `known`: the problem it is prepared for. */
export function seeing(policy: Policy, around: (view: PolicyView, prepared: PreparedPolicy) => PolicyView, known: (problem: Problem) => Problem = (problem) => problem): Policy {
  return { ...policy, prepare: (problem, parameters, weights) => {
    const prepared = policy.prepare(known(problem), parameters, weights);
    return Object.create(prepared, { decide: { value: (view: PolicyView) => prepared.decide(around(view, prepared)) } }) as PreparedPolicy;
  } };
}

/** The view with another way to fill rows, to say where there may be room, or to place. */
export function viewWith(view: PolicyView, { candidates = (task, queued) => view.candidates(task, queued), mayFit = (task) => view.mayFit(task), place = (task, k) => view.place(task, k) }: Partial<Pick<PolicyView, 'candidates' | 'mayFit' | 'place'>>): PolicyView {
  return Object.create(view, { candidates: { value: candidates }, mayFit: { value: mayFit }, place: { value: place } }) as PolicyView;
}
