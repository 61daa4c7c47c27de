// HTTP APIs, as a configuration names them.
import type { DriverKind } from '../../driver.ts';

export const httpKind: DriverKind = {
  name: 'http',
  summary: 'calls an HTTP API, within its limits on requests, tokens and calls at once',
  serves: ['api'],
  options: {
    url: { type: 'string', minLength: 1, description: 'Base address; a task\'s `run.http.url` is taken relative to it.' },
    headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Sent with every call. ${NAME} is replaced by that variable of the daemon\'s environment: keys stay out of files.' },
    timeout: { $ref: '#/$defs/duration', description: 'A call without an answer ends then, if its task names no timeout. Default "10m".' },
    idempotent: { type: 'boolean', description: 'The API honours Idempotency-Key: a call that was under way when the daemon died is sent again with its key. Default false: only GET, PUT and DELETE are.' },
    inputTokens: { type: 'string', description: 'Where an answer says how many tokens went in: `usage.input_tokens`.' },
    outputTokens: { type: 'string', description: 'Where an answer says how many tokens came out: `usage.output_tokens`.' },
    outageAfter: { type: 'integer', minimum: 1, description: 'Failed calls in a row after which the API counts as down. Default 5.' },
  },
  load: async () => (await import('./http-driver.ts')).createHttpDriver,
};
