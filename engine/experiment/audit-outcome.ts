// interim adapter until metrics/audit.ts is there
import type { RunRecord } from '../journal/run-record.ts';
import type { RunFold } from '../metrics/attempts.ts';
export interface Audit { readonly violations: readonly { readonly law: string; readonly message: string }[] }
export function auditRun(_run: RunRecord, _fold: RunFold): Audit { return { violations: [] }; }
export function auditOutcome(audit: Audit): string { const v = audit.violations[0]; return v === undefined ? 'clean' : `${v.law}: ${v.message}`; }
