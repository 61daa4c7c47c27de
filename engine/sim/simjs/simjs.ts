// The one door to simjs (MIT, https://github.com/btelles/simjs-updated). Only its clock and its loop are used: `Sim` with
// `step()` and a queue of our own. Its facilities, stores, buffers, events and generator stay unused.
// Works in Node, in bundles that inline simjs, in pages and in module workers. There is no top-level await: it would lose
// messages that reach a worker while it loads.
import { hadWindow } from './open.ts';
import 'simjs';
import { assert } from '../../model/errors.ts';

/** What simjs's loop asks of the thing it takes from the queue. */
export interface SimRequest {
  /** The clock is set to this before `deliver` is called. */
  readonly deliverAt: number;
  /** A cancelled request moves the clock and is then passed over; a queue of ours never hands one out. */
  readonly cancelled: boolean;
  deliver(): void;
}

/** What simjs's loop asks of the queue: the next request, or null when there is none. */
export interface SimQueue {
  remove(): SimRequest | null;
}

/** The part of `Sim` that is used. */
export interface SimClock {
  simTime: number;
  queue: SimQueue;
  time(): number;
  /** Takes one request, moves the clock to it and delivers it. False when the queue was empty. */
  step(): boolean;
}

interface SimjsNamespace {
  readonly Sim: new () => SimClock;
}

const scope = globalThis as { window?: { Sim?: SimjsNamespace }; [KEPT]?: SimjsNamespace };
// The package is evaluated once per realm, this module perhaps again (hot reload, test runners that reset modules).
const KEPT = Symbol.for('twinclock.simjs');

const simjs = scope[KEPT] ?? scope.window?.Sim;
assert(simjs !== undefined, 'simjs was evaluated before the module that opens a window for it; inline it in the bundle, and import it nowhere else');
scope[KEPT] = simjs;
if (hadWindow) delete scope.window?.Sim;
else delete scope.window;

/** simjs's simulation: a clock, and the loop that moves it. */
export const Sim = simjs.Sim;
