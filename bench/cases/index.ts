// All cases, in the order of the table.
import type { BenchCase } from '../case.ts';
import { browserCase } from './browser.ts';
import { calendarCase } from './calendar.ts';
import { decisionCase } from './decision.ts';
import { liveCase } from './live.ts';
import { memoryCase } from './memory.ts';
import { panCase } from './pan.ts';
import { peersCase } from './peers.ts';
import { replayCase } from './replay.ts';
import { runCase } from './run.ts';
import { startupCase } from './startup.ts';
import { sweepCase } from './sweep.ts';
import { weightsCase } from './weights.ts';

export const CASES: readonly BenchCase[] = [runCase, decisionCase, calendarCase, replayCase, sweepCase, browserCase, weightsCase, panCase, startupCase, liveCase, memoryCase, peersCase];
