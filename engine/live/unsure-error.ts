// For drivers and what they speak to: a request without an answer. It may have got through, so it is neither done nor surely not
// done; asked again with the same key it does no harm.

/** It is not known whether the request got through. */
export class UnsureError extends Error {
  override readonly name = 'UnsureError';
}
