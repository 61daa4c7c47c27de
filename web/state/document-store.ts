// Where the user's documents are kept: in the browser's database, or in memory where there is none (a private window, storage
// refused). Texts lie apart from what is listed, so that a list costs nothing.

export type DocumentKind = 'scenario' | 'policy' | 'faults' | 'share' | 'journal';

/** A document without its text. */
export interface DocumentEntry {
  readonly kind: DocumentKind;
  /** Unique within its kind. */
  readonly name: string;
  /** Of the text; changes with it and with nothing else. */
  readonly hash: string;
  /** Characters of the text. */
  readonly length: number;
}

export interface DocumentStore {
  /** Whether documents outlive the tab. */
  readonly lasting: boolean;
  list(): Promise<readonly DocumentEntry[]>;
  text(kind: DocumentKind, name: string): Promise<string | undefined>;
  /** Whole or not at all; `instead` goes in the same step. */
  put(entry: DocumentEntry, text: string, instead?: DocumentEntry): Promise<void>;
  remove(kind: DocumentKind, name: string): Promise<void>;
}

const DATABASE = 'twinclock', VERSION = 1, ENTRIES = 'entries', TEXTS = 'texts';

/** The browser's own, or one in memory when that cannot be had. */
export async function openDocumentStore(): Promise<DocumentStore> {
  try {
    const opening = indexedDB.open(DATABASE, VERSION);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(ENTRIES, { keyPath: ['kind', 'name'] });
      opening.result.createObjectStore(TEXTS);
    };
    return new BrowserStore(await resultOf(opening));
  } catch {
    return new MemoryStore();
  }
}

class BrowserStore implements DocumentStore {
  readonly lasting = true;
  private readonly database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.database = database;
  }

  list(): Promise<readonly DocumentEntry[]> {
    return resultOf(this.database.transaction(ENTRIES).objectStore(ENTRIES).getAll() as IDBRequest<DocumentEntry[]>);
  }

  text(kind: DocumentKind, name: string): Promise<string | undefined> {
    return resultOf(this.database.transaction(TEXTS).objectStore(TEXTS).get([kind, name]) as IDBRequest<string | undefined>);
  }

  put(entry: DocumentEntry, text: string, instead?: DocumentEntry): Promise<void> {
    return this.change((entries, texts) => {
      if (instead !== undefined) { entries.delete([instead.kind, instead.name]); texts.delete([instead.kind, instead.name]); }
      entries.put(entry);
      texts.put(text, [entry.kind, entry.name]);
    });
  }

  remove(kind: DocumentKind, name: string): Promise<void> {
    return this.change((entries, texts) => { entries.delete([kind, name]); texts.delete([kind, name]); });
  }

  private change(act: (entries: IDBObjectStore, texts: IDBObjectStore) => void): Promise<void> {
    const transaction = this.database.transaction([ENTRIES, TEXTS], 'readwrite');
    act(transaction.objectStore(ENTRIES), transaction.objectStore(TEXTS));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => { resolve(); };
      transaction.onabort = () => { reject(transaction.error ?? new Error('the browser gave the change up')); };
    });
  }
}

export class MemoryStore implements DocumentStore {
  readonly lasting = false;
  private readonly documents = new Map<string, { readonly entry: DocumentEntry; readonly text: string }>();

  list(): Promise<readonly DocumentEntry[]> {
    return Promise.resolve([...this.documents.values()].map(({ entry }) => entry));
  }

  text(kind: DocumentKind, name: string): Promise<string | undefined> {
    return Promise.resolve(this.documents.get(keyOf(kind, name))?.text);
  }

  put(entry: DocumentEntry, text: string, instead?: DocumentEntry): Promise<void> {
    if (instead !== undefined) this.documents.delete(keyOf(instead.kind, instead.name));
    this.documents.set(keyOf(entry.kind, entry.name), { entry, text });
    return Promise.resolve();
  }

  remove(kind: DocumentKind, name: string): Promise<void> {
    this.documents.delete(keyOf(kind, name));
    return Promise.resolve();
  }
}

const keyOf = (kind: DocumentKind, name: string): string => `${kind} ${name}`;

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => { resolve(request.result); };
    request.onerror = () => { reject(request.error ?? new Error('the browser refused its database')); };
  });
}
