// Which views are open, and which one is shown: opens a view when it is first wanted, hands it its routes, and remembers
// the last route of each.
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { carriedBy, enterView } from '../state/route.ts';
import type { Route, ViewName } from '../state/route.ts';
import type { Bench, OpenView } from '../views/open-view.ts';
import type { ViewEntry } from './views.ts';

/** A view on the screen: open, or why not. */
export type Shown = { readonly at: 'open'; readonly view: OpenView } | { readonly at: 'loading' } | { readonly at: 'failed'; readonly cause: string };

export class ViewHost {
  readonly shown: ReadonlySignal<Shown>;
  private readonly current = signal<Shown>({ at: 'loading' });
  private readonly entries: readonly ViewEntry[];
  private readonly bench: Bench;
  private readonly open = new Map<ViewName, OpenView>();
  private readonly last = new Map<ViewName, Route>();
  private wanted: Route | undefined;

  constructor(entries: readonly ViewEntry[], bench: Bench) {
    this.entries = entries;
    this.bench = bench;
    this.shown = this.current;
  }

  /** Shows this route in its view. */
  show(route: Route): void {
    const before = this.wanted;
    if (before !== undefined && before.view !== route.view) this.open.get(before.view)?.leave?.();
    this.wanted = route;
    this.last.set(route.view, route);
    const opened = this.open.get(route.view) ?? this.entries.find(({ view }) => view === route.view)!.open(this.bench);
    if (!(opened instanceof Promise)) { this.put(route.view, opened); return; }
    this.current.value = { at: 'loading' };
    opened.then((view) => { this.put(route.view, this.open.get(route.view) ?? view); }, (error: unknown) => {
      if (this.wanted?.view === route.view) this.current.value = { at: 'failed', cause: error instanceof Error ? error.message : String(error) };
    });
  }

  /** Where the navigation leads: to what was shown last there, unless that was about another scenario. */
  linkTo(view: ViewName, from: Route): Route {
    if (from.view === view) return from;
    const last = this.last.get(view), carried = carriedBy(from), before = last === undefined ? {} : carriedBy(last);
    return last !== undefined && (carried.scenario ?? before.scenario) === before.scenario ? last : enterView(view, carried);
  }

  private put(name: ViewName, view: OpenView): void {
    this.open.set(name, view);
    if (this.wanted?.view !== name) return;
    view.show(this.wanted);
    this.current.value = { at: 'open', view };
  }
}
