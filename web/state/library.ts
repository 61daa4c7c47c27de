// The user's own scenarios, policies and fault plans, by name, kept in the browser. In addresses they go by `mine/name`.
// What is kept is text, byte for byte as it was given; its hash stands for it wherever results are kept.
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { InputError, fault, inputError, nearestName } from '../../engine/model/errors.ts';
import { hashText128 } from '../../engine/model/hash.ts';
import { openDocumentStore } from './document-store.ts';
import type { DocumentEntry, DocumentKind, DocumentStore } from './document-store.ts';

export const MINE = 'mine/';

export interface LibraryDocument extends DocumentEntry {
  readonly text: string;
}

const WORDS: Readonly<Record<DocumentKind, string>> = { scenario: 'scenario', policy: 'policy', faults: 'fault plan', share: 'share file', journal: 'journal' };
const NAME_MAX = 80;

export class Library {
  /** By kind, then name. Filled once the store has been opened. */
  readonly entries: ReadonlySignal<readonly DocumentEntry[]>;
  /** Whether what is saved outlives the tab; undefined until that is known. */
  readonly lasting: ReadonlySignal<boolean | undefined>;
  private readonly listed = signal<readonly DocumentEntry[]>([]);
  private readonly outlives = signal<boolean | undefined>(undefined);
  private readonly open: () => Promise<DocumentStore>;
  private opened: Promise<DocumentStore> | undefined;

  constructor(open: () => Promise<DocumentStore> = openDocumentStore) {
    this.open = open;
    this.entries = this.listed;
    this.lasting = this.outlives;
  }

  /** Opens the store, if that has not been done, and lists what is there. */
  async load(): Promise<void> {
    await this.store();
  }

  /** Names of one kind, as addresses have them. */
  names(kind: DocumentKind): string[] {
    return this.entries.value.filter((entry) => entry.kind === kind).map(({ name }) => MINE + name);
  }

  /** Hash of a document by its name in an address; empty for what is not of the library, or not there. */
  version(kind: DocumentKind, name: string): string {
    const own = ownName(name.split(':')[0]!);
    return isMine(name) ? this.entries.peek().find((entry) => entry.kind === kind && entry.name === own)?.hash ?? '' : '';
  }

  /** The document; `name` with or without `mine/`. Rejects with `InputError` `unknown-document`. */
  async read(kind: DocumentKind, name: string): Promise<LibraryDocument> {
    const store = await this.store(), own = ownName(name), text = await store.text(kind, own);
    if (text === undefined) throw await this.missing(kind, own);
    return { kind, name: own, hash: hashText128(text), length: text.length, text };
  }

  /** Saves, over what had the name before. Rejects with `InputError` `bad-name`. */
  async save(kind: DocumentKind, name: string, text: string): Promise<DocumentEntry> {
    const own = checkedName(ownName(name)), store = await this.store(), entry: DocumentEntry = { kind, name: own, hash: hashText128(text), length: text.length };
    await store.put(entry, text);
    await this.list(store);
    return entry;
  }

  /** Rejects with `InputError`: `bad-name`, `name-taken`, `unknown-document`. */
  async rename(kind: DocumentKind, from: string, to: string): Promise<DocumentEntry> {
    const { text, ...before } = await this.read(kind, from), name = checkedName(ownName(to)), entry = { ...before, name }, store = await this.store();
    if (name === before.name) return before;
    if (await store.text(kind, name) !== undefined) throw inputError('name-taken', 'name', `another ${WORDS[kind]} has this name`, { value: name });
    await store.put(entry, text, before);
    await this.list(store);
    return entry;
  }

  async remove(kind: DocumentKind, name: string): Promise<void> {
    const store = await this.store();
    await store.remove(kind, ownName(name));
    await this.list(store);
  }

  /** `name`, or with a number when that is taken: for files that are opened. */
  freeName(kind: DocumentKind, name: string): string {
    const wanted = cleanName(name), taken = new Set(this.entries.value.filter((entry) => entry.kind === kind).map((entry) => entry.name));
    for (let k = 1; ; k++) {
      const tried = k === 1 ? wanted : `${wanted} ${k}`;
      if (!taken.has(tried)) return tried;
    }
  }

  private store(): Promise<DocumentStore> {
    this.opened ??= this.open().then(async (store) => { this.outlives.value = store.lasting; await this.list(store); return store; });
    return this.opened;
  }

  private async list(store: DocumentStore): Promise<void> {
    const entries = [...await store.list()];
    this.listed.value = entries.sort((a, b) => (a.kind + a.name < b.kind + b.name ? -1 : 1));
  }

  private async missing(kind: DocumentKind, name: string): Promise<InputError> {
    const known = [...await (await this.store()).list()].filter((entry) => entry.kind === kind).map((entry) => entry.name), near = nearestName(name, known);
    const hint = near !== undefined ? `did you mean "${MINE}${near}"?` : known.length === 0 ? 'none is kept in this browser' : `this browser has ${known.map((other) => MINE + other).join(', ')}`;
    return new InputError([fault('unknown-document', kind, `this browser keeps no ${WORDS[kind]} of this name`, { value: MINE + name, hint })]);
  }
}

/** Whether a name of an address is of the library. */
export function isMine(name: string): boolean {
  return name.startsWith(MINE);
}

function ownName(name: string): string {
  return isMine(name) ? name.slice(MINE.length) : name;
}

/** Commas, semicolons and colons part names in addresses. */
function checkedName(name: string): string {
  if (name.length > 0 && name.length <= NAME_MAX && name === cleanName(name)) return name;
  throw inputError('bad-name', 'name', 'not a name for a document', { value: name, hint: `1 to ${NAME_MAX} characters, without , ; : / or space at the ends` });
}

function cleanName(name: string): string {
  return name.replace(/[,;:/\\\p{Cc}]+/gu, ' ').trim().slice(0, NAME_MAX).trim() || 'unnamed';
}
