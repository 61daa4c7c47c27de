// What a person is asked: one item for each attempt, and what may become of it.
//
//   offered -> claimed -> completed | failed | released
//   offered -> declined | withdrawn; claimed -> withdrawn (the scheduler took it back)
//
// Whoever completes or fails an item that was only offered has claimed it by that. Ended items stay, for the record.
import { InputError, fault, inputError } from '../../../model/errors.ts';
import type { Fault } from '../../../model/errors.ts';
import type { RunFile } from '../../../model/scenario.ts';
import { suggestion } from '../../../model/suggestion.ts';
import type { AttemptKey } from '../../driver-events.ts';
import type { Json } from '../../json.ts';

export type ItemState = 'offered' | 'claimed' | 'completed' | 'failed' | 'released' | 'declined' | 'withdrawn';

export interface InboxItem {
  /** `task@epoch.attempt`. */
  readonly id: string;
  readonly key: AttemptKey;
  readonly unit: string;
  readonly job: string;
  readonly task: string;
  /** Whose it is now: a unit of the fleet. */
  readonly person: string;
  readonly state: ItemState;
  readonly prompt: string;
  readonly fields: Readonly<Record<string, PromptField>>;
  readonly link?: string;
  /** ms since 1970. */
  readonly offeredAt: number;
  readonly claimedAt?: number;
  readonly endedAt?: number;
  readonly remindedAt?: number;
  /** When it is expected back by the plan, ms since 1970. */
  readonly expectedAt: number;
  readonly result?: Json;
  readonly reason?: string;
  /** Who said what was said last of it, for whomever: as they call themselves, and from where. */
  readonly by?: string;
}

export type PromptField = NonNullable<NonNullable<RunFile['prompt']>['fields']>[string];

export const VERBS = ['claim', 'release', 'decline', 'delegate', 'complete', 'fail'] as const;
export type Verb = (typeof VERBS)[number];

export interface Said {
  /** Who says it. Default: whose it is. */
  readonly person?: string;
  /** With `delegate`. */
  readonly to?: string;
  readonly reason?: string;
  readonly result?: Json;
  /** With `complete` and `fail`: time really worked, ms. Default: since the claim. */
  readonly workedMs?: number;
}

export const isOpen = ({ state }: InboxItem): boolean => state === 'offered' || state === 'claimed';

/** The verb, or why it is none. */
export function verbOf(text: string): Verb {
  const verb = VERBS.find((known) => known === text);
  if (verb === undefined) throw inputError('unknown-verb', 'verb', 'is nothing that can be done with an item', { value: text, hint: suggestion(text, VERBS) });
  return verb;
}

/** The item after the verb at `wall`. Throws `InputError`: `wrong-state`, `unknown-person`, and faults of a result. */
export function afterVerb(item: InboxItem, verb: Verb, said: Said, wall: number, people: readonly string[]): InboxItem {
  if (!isOpen(item)) throw inputError('wrong-state', 'item', `has ended: it was ${item.state}`, { value: item.id });
  const person = said.person ?? item.person, reason = said.reason === undefined ? {} : { reason: said.reason };
  known(person, 'person', people);
  const claimed = { ...item, person, claimedAt: item.claimedAt ?? wall };
  switch (verb) {
    case 'claim':
      if (item.state === 'claimed') throw inputError('wrong-state', 'item', `has been taken by ${item.person}`, { value: item.id });
      return { ...claimed, state: 'claimed' };
    case 'release':
      if (item.state !== 'claimed') throw inputError('wrong-state', 'item', 'has not been taken', { value: item.id, hint: 'decline it' });
      return { ...item, ...reason, state: 'released', endedAt: wall };
    case 'decline':
      if (item.state !== 'offered') throw inputError('wrong-state', 'item', 'has been taken', { value: item.id, hint: 'release it' });
      return { ...item, ...reason, person, state: 'declined', endedAt: wall };
    case 'delegate':
      known(said.to, 'to', people);
      return { ...item, person: said.to!, state: 'offered' };
    case 'complete': return { ...claimed, state: 'completed', endedAt: wall, ...(said.result === undefined ? {} : { result: checkedResult(item.fields, said.result) }), ...needed(item.fields, said.result) };
    case 'fail': return { ...claimed, ...reason, state: 'failed', endedAt: wall };
  }
}

function known(person: string | undefined, path: string, people: readonly string[]): void {
  if (person === undefined) throw inputError('missing', path, 'is missing', { hint: `one of ${people.join(', ')}` });
  if (!people.includes(person)) throw inputError('unknown-person', path, 'is nobody the inbox knows', { value: person, hint: suggestion(person, people) });
}

/** A form must be filled in. */
function needed(fields: InboxItem['fields'], result: Json | undefined): object {
  if (result === undefined) checkedResult(fields, {});
  return {};
}

/** The result, when it fills in the fields of the prompt; anything goes when there are none. */
function checkedResult(fields: InboxItem['fields'], result: Json): Json {
  const names = Object.keys(fields), found: Fault[] = [];
  if (names.length === 0) return result;
  const given: Readonly<Record<string, Json>> = typeof result === 'object' && result !== null && !Array.isArray(result) ? result as Record<string, Json> : {};
  for (const name of Object.keys(given)) if (!names.includes(name)) found.push(fault('unknown-key', `result.${name}`, 'is not asked for', { hint: suggestion(name, names) }));
  for (const [name, { choices, optional = false }] of Object.entries(fields)) {
    const value = given[name];
    if (value === undefined || value === '') { if (!optional) found.push(fault('missing', `result.${name}`, 'is to be filled in', choices === undefined ? {} : { hint: `one of ${choices.join(', ')}` })); }
    else if (choices !== undefined && !choices.includes(String(value))) found.push(fault('unknown-choice', `result.${name}`, 'is none of the choices', { value, hint: `one of ${choices.join(', ')}` }));
  }
  if (found.length > 0) throw new InputError(found);
  return result;
}
