// When the watch over a VM's notices speaks up, under a clock moved by hand and with a service whose answers are laid down here.
import { describe, expect, it } from 'vitest';
import type { Notice, Reading } from '../../../../../../engine/live/drivers/cloud/notices/notice.ts';
import { NoticeWatch } from '../../../../../../engine/live/drivers/cloud/notices/notice-watch.ts';
import { HandClock } from '../../../../../support/live/hand-clock.ts';
import { settle } from '../../../../../support/live/manual-clock.ts';

const PAUSE_MS = 500, NOTICE: Notice = { id: 'n', killAt: 42 };

/** `answers`: one a reading, the last again and again; undefined is a service that is not there. */
function watch(answers: readonly (Reading | undefined)[]) {
  const clock = new HandClock(), logged: string[] = [], notices: Notice[] = [];
  let asked = 0;
  const watching = new NoticeWatch({
    clock, onNotice: (notice) => { notices.push(notice); }, log: (level, message) => { logged.push(`${level}: ${message}`); },
    reader: { pauseMs: PAUSE_MS, read: async () => { const answer = answers[Math.min(asked++, answers.length - 1)]; if (answer === undefined) throw new Error('fetch failed'); return answer; } },
  });
  return { watching, logged, notices, pass: async (ms: number) => { await settle(); for (let left = ms; left > 0; left -= PAUSE_MS) { clock.advance(PAUSE_MS); await settle(); } } };
}

describe('NoticeWatch', () => {
  it('says nothing of a service that does not answer once: its VM may be ending', async () => {
    const { watching, logged, pass } = watch([{}, undefined, {}]);
    await pass(5_000);
    watching.stop();
    expect(logged).toEqual([]);
  });

  it('says it once when the service stays away, and again when it was there between', async () => {
    const { watching, logged, notices, pass } = watch([undefined, undefined, undefined, {}, undefined, undefined, { notice: NOTICE }]);
    await pass(30_000);
    watching.stop();
    expect(logged).toEqual(Array(2).fill('warn: its notices cannot be read: fetch failed'));
    expect(notices).toEqual([NOTICE]);
  });
});
