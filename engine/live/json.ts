// Plain JSON values: what drivers, stores and clients hand each other.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
