// The package ships no types; it is imported for its side effect only (see simjs.ts).
declare module 'simjs';
