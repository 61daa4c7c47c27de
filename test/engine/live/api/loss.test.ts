// The loss of a VM as the API is asked about it: beside the forecast when it is asked for, refused by name when there is none.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveApi } from '../../../support/live/live-api.ts';
import type { LiveApi } from '../../../support/live/live-api.ts';

let live: LiveApi;
beforeAll(async () => { live = await liveApi(); });
afterAll(async () => { await live.close(); });

it('a forecast without a loss says nothing of one; the loss of what is no VM is refused', async () => {
  const plain = await live.ask('/v1/forecast?futures=2');
  expect([plain.status, plain.body.futures, 'loss' in plain.body]).toEqual([200, 2, false]);
  expect(await live.ask('/v1/forecast?futures=2&lose=ws')).toMatchObject({ status: 400, body: { code: 'unknown-vm', faults: [{ path: 'lose', value: '"ws"' }] } });
});
