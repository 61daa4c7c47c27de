// simjs 2.0.3 exports nothing: while it loads it fills `window.Sim`, and only if a global `window` exists. This module
// lends it one where there is none (Node, workers). It must be evaluated before simjs, so it is the first import of
// `simjs.ts` and imports nothing itself.

const scope = globalThis as { window?: unknown };

/** Whether `window` was there before us: then it stays, else `simjs.ts` takes it away again. */
export const hadWindow = 'window' in globalThis;
if (!hadWindow) scope.window = {};
