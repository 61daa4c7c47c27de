// Errors as the API tells them: RFC 9457 problem documents over HTTP, codes and the same text over gRPC and Connect. A code
// of ours is stable whatever the way; what is not the caller's doing is logged in full and told as `internal` only.
import { Code, ConnectError } from '@connectrpc/connect';
import { InputError, RunError, faultLine } from '../../model/errors.ts';
import type { Fault } from '../../model/errors.ts';

export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly faults: readonly Fault[];
}

/** Codes that are no 400. `no-such-...` is of what the address speaks of. */
const STATUS: Readonly<Record<string, number>> = {
  'no-such-task': 404, 'no-such-job': 404, 'no-such-unit': 404, 'no-such-attempt': 404, 'no-such-item': 404, 'not-found': 404,
  'idempotency-conflict': 409, conflict: 409, 'fleet-in-use': 409, 'duplicate-id': 409, 'wrong-state': 409, 'person-away': 409, 'nothing-injected': 409, 'run-finished': 409, 'vm-not-up': 409,
  'no-token': 401, forbidden: 403, 'wrong-host': 403, 'too-large': 413, 'not-json': 415, 'too-many-requests': 429, 'too-slow': 429,
  fenced: 503, store: 503, recovering: 503, closed: 503,
};
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request', 401: 'Not authorised', 403: 'Forbidden', 404: 'Not found', 409: 'Conflict', 413: 'Too large', 415: 'Unsupported media type', 429: 'Too many requests',
  500: 'Internal error', 503: 'Not available',
};
const GRPC: Readonly<Record<number, Code>> = {
  400: Code.InvalidArgument, 401: Code.Unauthenticated, 403: Code.PermissionDenied, 404: Code.NotFound, 409: Code.FailedPrecondition, 413: Code.ResourceExhausted,
  415: Code.InvalidArgument, 429: Code.ResourceExhausted, 500: Code.Internal, 503: Code.Unavailable,
};

/** The problem an error is. `log` gets errors that are ours. */
export function problemOf(error: unknown, log: (error: unknown) => void): Problem {
  if (error instanceof InputError) return problem(STATUS[error.code] ?? 400, error.code, error.faults.map(faultLine).join('\n'), error.faults);
  if (error instanceof RunError) return problem(STATUS[error.code] ?? 500, error.code, error.message, []);
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) { // the HTTP server's own
    const ours = statusCode === 413 ? 'too-large' : statusCode === 415 ? 'not-json' : statusCode === 404 ? 'not-found' : code === 'FST_ERR_CTP_INVALID_JSON_BODY' ? 'bad-json' : 'bad-request';
    return problem(statusCode, ours, message ?? '', []);
  }
  log(error);
  return problem(500, 'internal', 'the daemon failed at this; its log says how', []);
}

function problem(status: number, code: string, detail: string, faults: readonly Fault[]): Problem {
  return { type: 'about:blank', title: TITLES[status] ?? 'Bad request', status, detail, code, faults };
}

/** The same for gRPC and Connect: the code of ours stands in the `twinclock-code` trailer. */
export function connectErrorOf(error: unknown, log: (error: unknown) => void): ConnectError {
  if (error instanceof ConnectError) return error;
  const { status, code, detail } = problemOf(error, log);
  return new ConnectError(detail, GRPC[status] ?? Code.InvalidArgument, { 'twinclock-code': code });
}
