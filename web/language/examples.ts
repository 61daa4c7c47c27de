// Policies to start from: the documented one, and built-in ones as they are.
import cheapest from '../../policies/cheapest.ts?raw';
import criticalPath from '../../policies/critical-path.ts?raw';
import earliestDueDate from '../../policies/earliest-due-date.ts?raw';
import fifo from '../../policies/fifo.ts?raw';
import random from '../../policies/random.ts?raw';
import spotOnly from '../../policies/spot-only.ts?raw';
import template from '../../policies/text/example.ts?raw';
import weighted from '../../policies/weighted.ts?raw';

export interface PolicyExample {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

export const EXAMPLES: readonly PolicyExample[] = [
  { name: 'my-policy', title: 'explained, from scratch', text: template },
  { name: 'fifo', title: 'the order of arrival', text: fifo },
  { name: 'critical-path', title: 'the longest path first', text: criticalPath },
  { name: 'cheapest', title: 'a rule for rows of its own', text: cheapest },
  { name: 'spot-only', title: 'which market', text: spotOnly },
  { name: 'earliest-due-date', title: 'deadlines', text: earliestDueDate },
  { name: 'random', title: 'a stream of random numbers', text: random },
  { name: 'weighted', title: 'the default, in full', text: weighted },
];
