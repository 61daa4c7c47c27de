// A live run: how fast its journal becomes durable, and how soon it answers and decides while it is busy (bench/live).
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BenchCase } from '../case.ts';

type LiveLoad = typeof import('../live/live-load.ts');

export const liveCase: BenchCase = {
  name: 'live',
  cells: ({ quick }) => [
    'journal-sqlite', ...(process.env['TWINCLOCK_POSTGRES'] === undefined ? [] : ['journal-postgres']), quick ? 'api-10' : 'api-1000',
  ],
  async measure(cell, setting) {
    const [what, of] = cell.split('-') as ['journal' | 'api', string], load = await import(pathToFileURL(join(setting.bundle, 'live-load.mjs')).href) as LiveLoad;
    return what === 'api' ? load.apiLoad(Number(of), setting) : load.journalWrite(of as 'sqlite' | 'postgres', setting);
  },
};
