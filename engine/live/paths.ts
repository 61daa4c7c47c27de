// Where a live run is kept. Absolute: what runs has a working folder of its own.
import { join, resolve } from 'node:path';
import type { LiveFile } from './config.ts';

export const directoryOf = (file: LiveFile): string => resolve(file.directory ?? join('twinclock-live', file.name));
/** An address for `openStore` and `readStore`. */
export const storeAddress = (file: LiveFile): string => file.store ?? join(directoryOf(file), 'run.sqlite');
