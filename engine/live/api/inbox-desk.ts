// The inbox as the API speaks of it: the items of every driver that serves people.
import type { MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { toJson } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import { inputError } from '../../model/errors.ts';
import { suggestion } from '../../model/suggestion.ts';
import type { Json } from '../json.ts';
import type { RequestOptions } from '../operations.ts';
import type { InboxItem as Item, Said } from '../drivers/people/inbox-item.ts';
import type { PeopleDriver } from '../drivers/people/people-driver.ts';
import type { AnswerInboxRequestSchema, InboxItemSchema } from './gen/twinclock/v1/twinclock_pb.ts';
import { valueOf } from './json-value.ts';

export type InboxItem = MessageInitShape<typeof InboxItemSchema>;

export interface InboxDesk {
  /** Open items, or all that were; of one person, or of everybody. In the order in which they were offered. */
  list(filter: { readonly person?: string; readonly all: boolean }): InboxItem[];
  /** Once for each idempotency key; who asks is kept with the answer. Throws `InputError`: `no-such-item`, `unknown-verb`, `wrong-state`, faults of a result; `RunError` `idempotency-conflict`. */
  answer(request: MessageShape<typeof AnswerInboxRequestSchema>, options?: RequestOptions): Promise<InboxItem>;
}

/** `drivers`: those that serve people. `epoch`: ms since 1970 of run ms 0, from which the API counts. */
export function inboxDesk(drivers: readonly PeopleDriver[], epoch: number): InboxDesk {
  const message = ({ id, task, person, state, prompt, fields, link = '', offeredAt, expectedAt, result, reason = '', by = '' }: Item): InboxItem => ({
    id, task, person, state, prompt, link, offeredAt: offeredAt - epoch, expectedAt: expectedAt - epoch, reason, by, fields: Object.entries(fields).map(([name, { label = name, choices = [], optional = false }]) => ({ name, label, choices: [...choices], optional })),
    ...(result === undefined ? {} : { result: valueOf(result) }),
  });
  return {
    list: (filter) => drivers.flatMap((driver) => driver.inbox(filter)).sort((a, b) => a.offeredAt - b.offeredAt || (a.id < b.id ? -1 : 1)).map(message),
    answer: async ({ item, verb, person, to, reason, result, workedMs }, { idempotencyKey: key, by } = {}) => {
      const driver = drivers.find((one) => key !== undefined && one.hasKey(key)) ?? drivers.find((one) => one.has(item));
      if (driver === undefined) throw inputError('no-such-item', 'item', 'is not in the inbox', { value: item, hint: suggestion(item, drivers.flatMap((one) => one.inbox().map(({ id }) => id))) });
      const said: Said = {
        ...(person === '' ? {} : { person }), ...(to === '' ? {} : { to }), ...(reason === '' ? {} : { reason }), ...(result === undefined ? {} : { result: toJson(ValueSchema, result) as Json }),
        ...(workedMs === undefined ? {} : { workedMs }),
      };
      return message(await driver.answer(item, verb, said, key, by));
    },
  };
}
