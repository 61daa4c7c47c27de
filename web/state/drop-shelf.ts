// A file that was dropped on one view and belongs to another: it lies here until that view takes it.
import { signal } from '@preact/signals';
import type { ReadFile } from './read-file.ts';

/** For the scenario view. */
export const droppedScenario = signal<ReadFile | undefined>(undefined);
