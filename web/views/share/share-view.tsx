// A share document: what is in it, whether its runs come out here as it says, where not, and the way into it.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { countText, metricText } from '../../../engine/metrics/figure-text.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { SharedFigure, SharedMean } from '../../../engine/model/share.ts';
import { takeDropped } from '../../state/dropped-file.ts';
import { readFile } from '../../state/read-file.ts';
import { writeRoute } from '../../state/route.ts';
import { DEFAULT_COMPARE } from '../../state/routes/compare.ts';
import { DEFAULT_RUN } from '../../state/routes/run.ts';
import { DEFAULT_SHARE } from '../../state/routes/share.ts';
import type { ShareDesk, ShareState } from '../../state/share-desk.ts';
import { routeOfShared } from '../../state/share-link.ts';
import { fileNameOf, saveFile, textFile } from '../../state/save-file.ts';
import { weightsText } from '../../state/routes/settings.ts';
import type { SharedStudy, ShareFindings } from '../../worker/share-protocol.ts';
import type { ErrorData } from '../../worker/protocol.ts';
import { workErrorData } from '../../state/worker-pool.ts';
import { ErrorBox } from '../fault-list.tsx';
import { FilePick } from '../file-pick.tsx';
import type { Bench } from '../open-view.ts';
import { Swatch, policyMark } from '../policy-mark.tsx';
import { ScrollBox } from '../scroll-box.tsx';

export function ShareView({ bench, desk }: { readonly bench: Bench; readonly desk: ShareDesk }): JSX.Element {
  const state = desk.state.value, { status, shared, error, findings } = state;
  if (status === 'empty') return <NothingYet bench={bench} />;
  return (
    <>
      {error !== undefined && <ErrorBox error={error} />}
      {shared === undefined ? error === undefined && <section class="panel placeholder" style={{ height: '40vh' }}>Opening …</section> : (
        <>
          <VerdictLine bench={bench} desk={desk} shared={shared} />
          <div class="share-grid">
            <section class="panel" aria-labelledby="published-title">
              <h2 id="published-title">Published figures, and the same here <span class="soft">means over {countText(shared.file.seeds.length, 'seed')} ± 95 % half-width</span></h2>
              <FigureTable shared={shared} findings={findings} />
            </section>
            <Contents shared={shared} />
          </div>
          {findings !== undefined && <Differences findings={findings} />}
        </>
      )}
    </>
  );
}

function NothingYet({ bench }: { readonly bench: Bench }): JSX.Element {
  const error = useSignal<ErrorData | undefined>(undefined), kept = bench.library.names('share');
  const open = async (file: File): Promise<void> => { bench.go(await takeDropped(bench.pool, bench.library, await readFile(file), DEFAULT_SHARE)); };
  return (
    <>
      {error.value !== undefined && <ErrorBox error={error.value} />}
      <section class="panel prose" aria-labelledby="share-title">
        <h2 id="share-title">Results that others can check</h2>
        <p>A share link or share file carries a scenario, policies with their texts, weights, faults and seeds, and the hash of every run that was made of them. Whoever opens it
          makes the runs again in this tab and is told whether they are identical, or where not. Nothing is uploaded.</p>
        <p><strong>To make one:</strong> “Copy link” or “Save share file” in <a href={writeRoute(DEFAULT_COMPARE)}>Compare</a> and <a href={writeRoute(DEFAULT_RUN)}>Run</a>, or <code>twinclock compare … --share result.json</code>.</p>
        <p><strong>To open one:</strong> follow its link, or drop the file on this page. <code>twinclock verify result.json</code> does the same in a terminal, and fails when something differs.</p>
        <p><FilePick label="Open a file …" name="Share file, journal, scenario, fault plan or policy" onPick={(file) => { error.value = undefined; open(file).catch((thrown: unknown) => { error.value = { source: file.name, ...workErrorData(thrown) }; }); }} />
          <span class="soft"> a share file, or a journal, scenario, calendar, fault plan, rehearsal or policy: each opens in its view</span></p>
        {kept.length > 0 && <p>Kept in this browser: {kept.map((name) => <><a key={name} href={writeRoute({ ...DEFAULT_SHARE, document: name })}>{name}</a> </>)}</p>}
      </section>
    </>
  );
}

function VerdictLine({ bench, desk, shared }: { readonly bench: Bench; readonly desk: ShareDesk; readonly shared: SharedStudy }): JSX.Element {
  const { status, done, findings, text } = desk.state.value, total = shared.file.seeds.length * shared.file.policies.length, isRun = shared.file.view?.view === 'run';
  const mood = findings === undefined ? '' : findings.identical ? 'won' : 'lost';
  return (
    <section class={`status ${mood}`} aria-label="Whether it comes out the same">
      <span class="verdict" role="status" data-verdict={findings === undefined ? status : findings.identical ? 'identical' : 'different'}>{verdictText(desk.state.value, total)}</span>
      <span class="progress">
        <span class="count">{done} of {countText(total, 'run')}</span>
        <progress value={done} max={total} aria-label="Runs made again" />
        <span />
        <span class="acts">
          {status === 'running' ? <button type="button" onClick={() => { desk.stop(); }}>Cancel</button> : <button type="button" onClick={() => { desk.again(); }}>Run again</button>}
          <button type="button" onClick={() => { saveFile(textFile(`${fileNameOf(shared.file.scenario.name)}.share.json`, text, 'application/json')); }}>Save</button>
          <button type="button" onClick={() => { void routeOfShared(bench.library, shared).then(bench.go); }}>{isRun ? 'Open run' : 'Compare'}</button>
        </span>
      </span>
    </section>
  );
}

function verdictText({ status, findings, shared }: ShareState, total: number): JSX.Element | string {
  if (findings === undefined) return status === 'failed' ? 'No verdict: the work failed' : status === 'stopped' ? 'Stopped' : `Making ${countText(total, 'run')} again …`;
  const engines = shared!.file.engine === shared!.engine ? '' : ` Published with engine ${shared!.file.engine}, this is ${shared!.engine}.`;
  if (findings.identical) return <><strong class="better">Identical</strong>: {total === 1 ? 'the run comes' : `all ${countText(total, 'run')} come`} out with the published hash{total === 1 ? '' : 'es'}, figures and verdict.</>;
  const { different, figures } = findings;
  if (different.length === 0) return <><strong class="worse">Not identical</strong>: the runs are the published ones, but {figures.length > 0 ? `${countText(figures.length, 'figure')} of them ${figures.length === 1 ? 'is' : 'are'} not` : 'the verdict is not'}.</>;
  return <><strong class="worse">Not identical</strong>: {different.length} of {countText(total, 'run')} {different.length === 1 ? 'differs' : 'differ'}, first {different[0]!.policy} at seed {different[0]!.seed}.{engines}</>;
}

const FIGURES: readonly SharedFigure[] = ['objective', 'makespanMs', 'costMicroUsd'];

function FigureTable({ shared: { file }, findings }: { readonly shared: SharedStudy; readonly findings: ShareFindings | undefined }): JSX.Element {
  return (
    <ScrollBox label="Published figures">
      <table id="shared">
        <caption class="visually-hidden">Published figures of each policy, what came out here, and how many runs have the published hash</caption>
        <thead>
          <tr><th scope="col" class="text">policy</th>{FIGURES.map((figure) => <th scope="col" key={figure} title={METRIC_BY_KEY[figure].definition}>{METRIC_BY_KEY[figure].title}</th>)}<th scope="col">same runs</th></tr>
        </thead>
        <tbody>
          {file.policies.map(({ policy, figures, hashes }, p) => {
            const wrong = findings?.different.filter((one) => one.policy === policy).length ?? 0;
            return (
              <tr key={policy} data-policy={policy}>
                <th scope="row"><Swatch mark={policyMark(p)} />{policy}</th>
                {FIGURES.map((figure) => <Figure key={figure} figure={figure} published={figures[figure]} made={findings?.made[p]?.[figure]} wrong={findings?.figures.some((one) => one.policy === policy && one.figure === figure) === true} />)}
                <td data-same={findings === undefined ? '' : hashes.length - wrong}>{findings === undefined ? <span class="soft">–</span> : <span class={wrong === 0 ? 'better' : 'worse'}>{wrong === 0 ? '✓' : '✗'} {hashes.length - wrong} of {hashes.length}</span>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Figure({ figure, published, made, wrong }: { readonly figure: SharedFigure; readonly published: SharedMean | null; readonly made: SharedMean | null | undefined; readonly wrong: boolean }): JSX.Element {
  return <td>{meanText(figure, published)}{wrong && <span class="worse"> ≠ here {meanText(figure, made ?? null)}</span>}</td>;
}

function meanText(figure: SharedFigure, mean: SharedMean | null): string {
  if (mean === null) return '–';
  const text = (value: number): string => metricText(METRIC_BY_KEY[figure], value);
  return mean.halfWidth95 === null ? text(mean.mean) : `${text(mean.mean)} ±${text(mean.halfWidth95)}`;
}

function Contents({ shared: { file, journals, tasks, engine } }: { readonly shared: SharedStudy }): JSX.Element {
  const texts = file.policies.filter(({ text }) => text !== undefined).map(({ policy }) => policy);
  return (
    <section class="panel" aria-labelledby="contents-title">
      <h2 id="contents-title">What is in it</h2>
      <dl class="facts">
        <dt>Scenario</dt><dd>{file.scenario.name}, {countText(tasks, 'task')}, {file.scenario.file === undefined ? 'of the catalogue' : 'in the document'}</dd>
        <dt>Its hash</dt><dd><code>{file.scenario.hash}</code></dd>
        <dt>Weights</dt><dd>{weightsText(file.weights).replaceAll(',', ' / ')} <span class="soft">latency / cost / fragmentation</span></dd>
        <dt>Faults</dt><dd>{file.faults === undefined ? 'none' : `${file.faults.name}, ${file.faults.plan === undefined ? 'of the catalogue' : 'in the document'}`}</dd>
        <dt>Seeds</dt><dd>{seedsText(file.seeds)}</dd>
        <dt>Policies</dt><dd>{file.policies.length}{texts.length > 0 && `, with the text of ${texts.join(', ')}`}</dd>
        {journals > 0 && <><dt>Journals</dt><dd>{countText(journals, 'run')}</dd></>}
        <dt>Engine</dt><dd>{file.engine}{file.engine === engine ? ', as here' : `, here ${engine}`}</dd>
        {file.statement !== undefined && <><dt>Verdict</dt><dd>{file.statement}</dd></>}
      </dl>
    </section>
  );
}

function seedsText(seeds: readonly number[]): string {
  const inRow = seeds.every((seed, k) => k === 0 || seed === seeds[k - 1]! + 1);
  return seeds.length === 1 ? String(seeds[0]) : inRow ? `${seeds[0]} to ${seeds.at(-1)}` : seeds.join(', ');
}

const LISTED = 50;

function Differences({ findings: { different, statement } }: { readonly findings: ShareFindings }): JSX.Element | null {
  if (different.length === 0 && statement === undefined) return null;
  return (
    <section class="panel" aria-labelledby="different-title">
      <h2 id="different-title">Where it differs</h2>
      {statement !== undefined && <p>Verdict published: “{statement.published}”. Here: “{statement.made}”.</p>}
      <ul class="different">
        {different.slice(0, LISTED).map(({ policy, seed, published, made, where }) => (
          <li key={`${policy} ${seed}`}>{policy}, seed {seed}: published <code>{published}</code>, here <code>{made}</code>{where !== '' && <pre>{where}</pre>}</li>
        ))}
      </ul>
      {different.length > LISTED && <p class="soft">and {different.length - LISTED} more.</p>}
    </section>
  );
}
