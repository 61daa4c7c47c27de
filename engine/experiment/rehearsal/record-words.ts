// Records of a journal in words, for people who ask what happened first. Instants are said apart.
import type { RecordView } from '../../journal/record-view.ts';
import { clockText } from '../../metrics/figure-text.ts';

/** `f2-train-13 is placed on gpu/1 (spot)`. `market`: of the VM that is named; empty when none is. */
export function decisionWords({ name, fields }: RecordView, market: string): string {
  const { task, attempt, unit } = fields, vm = `${String(unit)}${market === '' ? '' : ` (${market})`}`, again = Number(attempt) > 1 ? `, attempt ${String(attempt)},` : '';
  switch (name) {
    case 'place': return `${String(task)}${again} is placed on ${vm}`;
    case 'offer': return `${String(task)}${again} is offered to ${String(unit)}`;
    case 'revoke': return `${String(task)} is taken back from ${vm}`;
    case 'checkpoint': return `${String(task)} is told to save its work on ${vm}`;
    case 'request-vm': return `${vm} is requested`;
    case 'release-vm': return `${vm} is given back`;
    default: return plainWords({ name, fields });
  }
}

/** `gpu/1 is to be taken at 3d 16:04:30`. */
export function eventWords({ name, fields }: RecordView): string {
  const unit = String(fields['unit']), task = String(fields['task']);
  switch (name) {
    case 'vm-notice': return `${unit} is to be taken at ${clockText(Number(fields['killAt']))}`;
    case 'vm-terminated': return `${unit} is gone: ${String(fields['cause'])}`;
    case 'vm-refused': return `${unit} is refused`;
    case 'price-changed': return `spot price of ${String(fields['pool'])} is $${Number(fields['microDollarsPerHour']) / 1e6} an hour`;
    case 'human-away': return `${unit} is away${Number(fields['until']) > 0 ? ` until ${clockText(Number(fields['until']))}` : ''}`;
    case 'human-available': return `${unit} is back`;
    case 'api-limited': return `${unit} takes no calls until ${clockText(Number(fields['until']))}`;
    case 'budget-changed': return `the budget is $${Number(fields['microDollars']) / 1e6}`;
    case 'task-failed': return `${task} fails on its attempt ${String(fields['attempt'])}: ${String(fields['cause'])}`;
    case 'task-completed': return `${task} completes`;
    case 'task-started': return `${task} starts on ${unit}`;
    default: return plainWords({ name, fields });
  }
}

/** The record as it is written. */
function plainWords({ name, fields }: Pick<RecordView, 'name' | 'fields'>): string {
  return [name, ...Object.entries(fields).map(([key, value]) => `${key}=${typeof value === 'object' ? value.number : value}`)].join(' ');
}
