// The plan as a list, one fault a line, every part of it to be changed by keyboard; faults are added and taken away here too.
// A change is a new address. What cannot be read stays in its field, marked, and changes nothing.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FaultFile, FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { FAULT_KINDS, freshFault, timeMs } from '../../state/fault-edits.ts';
import type { FaultKind, PlanEdit, Targets } from '../../state/fault-edits.ts';
import { NumberField } from '../pickers/number-field.tsx';
import { useTyped } from '../pickers/typed.ts';
import { ScrollBox } from '../scroll-box.tsx';

export interface FaultEditorProps {
  readonly plan: FaultPlanFile;
  /** What a fault of a kind can strike. */
  readonly targets: (kind: FaultKind) => Targets;
  /** Why there can be no fault of this kind at all. */
  readonly refusal?: (kind: FaultKind) => string | undefined;
  /** Where a new fault begins, how long it lasts if not as is usual, and the budget a new cut begins with, dollars. `middle`: ms, as the plan counts. */
  readonly middle: number;
  readonly lasts?: string;
  readonly budget: number;
  readonly title?: string;
  /** What to do while there is no fault. */
  readonly hint: string;
  readonly picked: number;
  readonly onPick: (fault: number) => void;
  /** Places are those of `plan`, which others may have edited since. */
  readonly onEdit: (edit: PlanEdit) => void;
}

export function FaultEditor({ plan, targets, refusal = () => undefined, middle, lasts, budget, title = 'Faults', hint, picked, onPick, onEdit }: FaultEditorProps): JSX.Element {
  const add = (kind: FaultKind): void => { const fault = freshFault(kind, targets(kind), middle, budget, lasts); if (fault !== undefined) onEdit({ kind: 'add', fault }); };
  return (
    <section class="panel" aria-labelledby="faults-title">
      <div class="row faults-head">
        <h2 id="faults-title">{title} <span class="soft">{plan.name}</span></h2>
        <label class="push"><span class="soft">add</span>
          <select value="" onChange={(event) => { add(event.currentTarget.value as FaultKind); event.currentTarget.value = ''; }}>
            <option value="" disabled>a fault …</option>
            {FAULT_KINDS.map(([kind, words]) => <option key={kind} value={kind} title={refusal(kind)} disabled={refusal(kind) !== undefined || freshFault(kind, targets(kind), 0, 1) === undefined}>{words}</option>)}
          </select>
        </label>
      </div>
      {plan.faults.length === 0 ? <p class="soft">{hint}</p> : (
        <ScrollBox label="Faults of the plan">
          <table class="fault-table">
            <thead>
              <tr>
                <th scope="col">#</th><th scope="col" class="text">what</th><th scope="col" class="text">on</th><th scope="col" class="text">at</th><th scope="col" class="text">for</th>
                <th scope="col" class="text">how</th><td />
              </tr>
            </thead>
            <tbody>
              {plan.faults.map((fault, k) => (
                <FaultRow key={k} {...{ fault, k, onPick }} targets={targets(fault.kind)} picked={k === picked} onChange={(change) => { onEdit({ kind: 'change', at: k, change }); }} onRemove={() => { onEdit({ kind: 'remove', at: k }); }} />
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </section>
  );
}

interface FaultRowProps {
  readonly fault: FaultFile;
  readonly k: number;
  readonly targets: Targets;
  readonly picked: boolean;
  readonly onPick: (fault: number) => void;
  readonly onChange: (change: Readonly<Record<string, unknown>>) => void;
  readonly onRemove: () => void;
}

function FaultRow({ fault, k, targets, picked, onPick, onChange, onRemove }: FaultRowProps): JSX.Element {
  const words = FAULT_KINDS.find(([kind]) => kind === fault.kind)?.[1] ?? fault.kind, about = `fault ${k + 1}`;
  return (
    <tr class={picked ? 'picked' : ''} onFocusIn={() => { if (!picked) onPick(k); }}>
      <td>{k + 1}</td><th scope="row" title={fault.name}>{words}</th><td class="text"><Target fault={fault} targets={targets} about={about} onChange={onChange} /></td>
      <td class="text">{'at' in fault && <TextField value={String(fault.at)} of={rest(fault, 'at')} label={`${about} begins at`} check={isTime} onCommit={(at) => { onChange({ at }); }} />}</td>
      <td class="text">{(('for' in fault && fault.for !== undefined) || fault.kind === 'price') && (
        <TextField value={'for' in fault && fault.for !== undefined ? String(fault.for) : ''} of={rest(fault, 'for')} label={`${about} lasts`} check={(text) => (fault.kind === 'price' && text === '') || timeMs(text) > 0}
          onCommit={(text) => { onChange({ for: text === '' ? undefined : text }); }} />
      )}</td>
      <td class="text"><Measure fault={fault} about={about} onChange={onChange} /></td>
      <td><button type="button" class="plain" aria-label={`Remove ${about}`} onClick={onRemove}>✕</button></td>
    </tr>
  );
}

/** All of a fault but the part that a field changes: another fault may come to stand in its row. */
const rest = (fault: FaultFile, part: string): string => JSON.stringify({ ...fault, [part]: undefined });

const isTime = (text: string): boolean => !Number.isNaN(timeMs(text));

function Target({ fault, targets, about, onChange }: Pick<FaultRowProps, 'fault' | 'targets' | 'onChange'> & { readonly about: string }): JSX.Element | null {
  const choice = (key: string, value: string, names: readonly string[], all?: string): JSX.Element => (
    <select aria-label={`${about} on`} value={value} onChange={(event) => { onChange({ [key]: event.currentTarget.value === '' ? undefined : event.currentTarget.value }); }}>
      {all !== undefined && <option value="">{all}</option>}
      {(names.includes(value) || value === '' ? names : [value, ...names]).map((name) => <option key={name} value={name}>{name}</option>)}
    </select>
  );
  switch (fault.kind) {
    case 'terminate': return 'vm' in fault ? choice('vm', fault.vm, targets.vms) : 'pool' in fault ? choice('pool', fault.pool, targets.pools) : <span>the VM of {fault.runningTask}</span>;
    case 'terminate-working': case 'storm': case 'no-capacity': case 'price': return choice('pool', fault.pool ?? '', targets.pools, 'all pools');
    case 'away': return choice('human', fault.human, targets.people);
    case 'outage': return choice('api', fault.api, targets.apis);
    case 'slow-down': return choice('resource', fault.resource, targets.resources);
    case 'budget': return null;
  }
}

function Measure({ fault, about, onChange }: Pick<FaultRowProps, 'fault' | 'onChange'> & { readonly about: string }): JSX.Element | null {
  const number = (key: string, value: number, before: string, least: number, after = '', scale = 1): JSX.Element => (
    <label>{before}<NumberField of={rest(fault, key)} min={least * scale} step="any" value={+(value * scale).toFixed(6)} label={`${about}: ${before.trim() || after.trim()}`} isValid={(given) => given >= least * scale && Number.isFinite(given)} onCommit={(given) => { onChange({ [key]: given / scale }); }} />{after}</label>
  );
  const notice = (
    <label> notice <TextField value={'notice' in fault && fault.notice !== undefined ? String(fault.notice) : ''} of={rest(fault, 'notice')} label={`${about}: notice`} hint="pool's" check={(text) => text === '' || isTime(text)}
      onCommit={(text) => { onChange({ notice: text === '' ? undefined : text }); }} /></label>
  );
  switch (fault.kind) {
    case 'terminate': return notice;
    case 'terminate-working': return <>{number('atProgress', fault.atProgress ?? 0.5, 'at ', 0, ' %', 100)}{notice}</>;
    case 'storm': return <>{number('killsPerHour', fault.killsPerHour, '', 0.01, ' kills/h')}{notice}</>;
    case 'price': case 'slow-down': return number('factor', fault.factor, '× ', 0.01);
    case 'budget': return number('budget', fault.budget, '$ ', 0);
    default: return null;
  }
}

interface TextFieldProps {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  /** See `useTyped`. */
  readonly of?: string;
  readonly check: (text: string) => boolean;
  readonly onCommit: (text: string) => void;
}

/** Takes effect on leaving it, or Enter; Escape makes it what it was. */
export function TextField({ value, label, hint, of, check, onCommit }: TextFieldProps): JSX.Element {
  const typed = useTyped(value, of), [, draw] = useState(0), wrong = !check(typed.text.trim());
  const commit = (text: string): void => {
    if (!typed.isOpen() || !check(text)) return;
    typed.commit(text);
    onCommit(text);
  };
  return (
    <input type="text" class="short" value={typed.text} aria-label={label} aria-invalid={wrong} placeholder={hint} spellcheck={false} onInput={(event) => { typed.type(event.currentTarget.value); draw((drawn) => drawn + 1); }}
      onBlur={(event) => { commit(event.currentTarget.value.trim()); }}
      onKeyDown={(event) => { if (event.key === 'Enter') commit(event.currentTarget.value.trim()); if (event.key === 'Escape') { typed.drop(); draw((drawn) => drawn + 1); } }} />
  );
}
