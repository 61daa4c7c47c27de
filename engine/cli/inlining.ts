// Lets V8 inline more than it does by default, before anything is compiled: to be imported first. An event passes through a
// dozen small functions; with the default budget the compiler gives up in the middle of them and calls. Measured on the
// peers' common case (bench/README.md): a tenth of the time of a run. What is computed is the same, as any browser shows,
// where the budget cannot be set.
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--max-inlined-bytecode-size=1000');
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000');
