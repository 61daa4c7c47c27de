// People of a demonstration: each takes what the inbox offers them, works on it for as long as its prompt says, and completes it,
// over the same REST interface as a person's page. One who is away is asked again.
import type { Client } from '../client.ts';
import { at } from '../client.ts';
import type { InboxItemJson } from '../../report/live-report.ts';

const LOOK_MS = 100, AGAIN_MS = 300;

/** Goes on until `stop` is aborted. */
export async function scriptedPeople(client: Client, stop: AbortSignal): Promise<void> {
  const taken = new Set<string>(), work: Promise<void>[] = [];
  for (; !stop.aborted; await rest(LOOK_MS, stop)) {
    const { items } = await client.get<{ readonly items: readonly InboxItemJson[] }>('/v1/inbox').catch(() => ({ items: [] }));
    for (const item of items) {
      if (taken.has(item.id) || item.state !== 'offered') continue;
      taken.add(item.id);
      work.push(answer(client, item, stop).catch(() => { /* it was taken back, or the run has ended */ }));
    }
  }
  await Promise.all(work);
}

async function answer(client: Client, { id, prompt }: InboxItemJson, stop: AbortSignal): Promise<void> {
  await say(client, id, 'claim', {}, stop);
  await rest(Number(/about (\d+) ms/.exec(prompt)?.[1] ?? 0), stop);
  await say(client, id, 'complete', { result: { said: 'done' } }, stop);
}

async function say(client: Client, id: string, verb: string, body: object, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try { await client.send('POST', at('inbox', id, verb), body); return; } catch (error) { if ((error as { code?: string }).code !== 'person-away') throw error; }
    await rest(AGAIN_MS, stop);
  }
}

function rest(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
