// People, as a configuration names them.
import type { DriverKind } from '../../driver.ts';

export const peopleKind: DriverKind = {
  name: 'people',
  summary: 'asks people through an inbox: page, command line, REST, chat',
  serves: ['human'],
  options: {
    calendar: { type: 'string', minLength: 1, description: 'An iCalendar file or address, read again and again: time away that the scenario does not know of is told to the scheduler.' },
    rereadEvery: { $ref: '#/$defs/duration', description: 'How often the calendar is read. Default "15m".' },
    remindAfter: { $ref: '#/$defs/duration', description: 'An item nobody has taken is recalled after so long. Default: never.' },
    withdrawAfter: { $ref: '#/$defs/duration', description: 'An item nobody has taken is taken back after so long, and its task placed again. Default: never.' },
    webhook: { type: 'string', minLength: 1, description: 'An address that gets every change of the inbox as JSON: for chat tools.' },
    webhookSecret: { type: 'string', minLength: 1, description: 'Name of the environment variable with the key that signs them: X-Twinclock-Signature is the HMAC-SHA256 of the body.' },
  },
  load: async () => (await import('./people-driver.ts')).createPeopleDriver,
};
