// Which weights do what: the map, the point that is looked at with its figures and its run, and all values as a table.
import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { countText, durationText } from '../../../engine/metrics/figure-text.ts';
import { nearestGridPoint } from '../../../engine/experiment/simplex.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import type { WeightsRoute } from '../../state/routes/weights.ts';
import type { SweepProgress } from '../../state/sweep.ts';
import type { Theme } from '../../state/theme.ts';
import { MAP_STEPS, leaderBorders, leaderRegions } from '../../state/weight-map.ts';
import type { MapCell } from '../../state/weight-map.ts';
import type { PointRuns, WeightsState } from '../../state/weights-desk.ts';
import { metricScale } from '../compare/metric-scale.ts';
import { fileNameOf } from '../../state/save-file.ts';
import { ErrorBox } from '../fault-list.tsx';
import { FactsLine } from '../facts-line.tsx';
import { Downloads } from '../hand-out/hand-out.tsx';
import type { DownloadGroup } from '../hand-out/hand-out.tsx';
import { pictureDownloads } from '../hand-out/pictures.ts';
import { tableDownloads } from '../hand-out/shown-tables.ts';
import type { Bench } from '../open-view.ts';
import { Swatch, policyMark } from '../policy-mark.tsx';
import { figureScale, scaleGradient } from './map-colours.ts';
import type { ColourScale } from './map-colours.ts';
import { MapPicture, describe } from './map-picture.tsx';
import type { HoveredCell, MapRegion } from './map-picture.tsx';
import { MapTable } from './map-table.tsx';
import { PointPanel } from './point-panel.tsx';
import { WeightControls } from './weight-controls.tsx';

export interface WeightsViewProps {
  readonly bench: Bench;
  readonly state: WeightsState | undefined;
  readonly progress: ReadonlySignal<SweepProgress>;
  readonly point: PointRuns;
  readonly theme: Theme;
  readonly onPreview: (weights: Weights) => void;
  readonly onStop: () => void;
  readonly onResume: () => void;
}

export function WeightsView({ bench, state, progress, point, theme, onPreview, onStop, onResume }: WeightsViewProps): JSX.Element | null {
  const moving = useSignal<Weights | undefined>(undefined), hovered = useSignal<HoveredCell | undefined>(undefined);
  const route = state?.route, at = moving.value ?? route?.weights, here = at === undefined ? -1 : nearestGridPoint(MAP_STEPS, at), view = useMemo(() => (state === undefined ? undefined : mapOf(state, here)), [here, state?.map, state?.version, route?.colour, route?.policy, route?.policies, route?.seeds, route?.borders, route?.seed]);
  if (state === undefined || route === undefined || at === undefined || view === undefined) return null;
  const { cells, borders, scale, regions } = view;
  const fill = ({ value, leader, won }: MapCell): string | undefined => (scale !== undefined ? scale.colour(value) : leader < 0 ? undefined : won ? policyMark(leader).colour : `color-mix(in srgb, ${policyMark(leader).colour} 45%, var(--surface))`);
  const move = (weights: Weights, done: boolean): void => {
    if (done) { moving.value = undefined; bench.turn('weights', () => ({ weights })); } else { moving.value = weights; onPreview(weights); }
  };
  return (
    <>
      <WeightControls bench={bench} route={route} facts={state.facts} />
      {state.error !== undefined && <ErrorBox error={state.error} />}
      <MapStatus state={state} progress={progress} onStop={onStop} onResume={onResume} />
      <div class="facts-row">
        <FactsLine facts={state.facts} />
        <Downloads disabled={cells.every(({ of }) => of < 0)} groups={() => downloadsOf(route)} />
      </div>
      <div class="weights-grid">
        <section class="panel" aria-labelledby="map-title">
          <h2 id="map-title">{mapTitle(route)} <span class="soft">a cell a weight setting, steps of 0.05, the same {countText(route.seeds, 'seed')} everywhere</span></h2>
          <figure class="map-holder" aria-label={`Map of weights: ${mapTitle(route)}`}>
            <MapPicture grid={state.map.grid} cells={cells} borders={borders} lines={scale === undefined ? 'border' : 'border on-scale'} fill={fill} regions={regions} at={at} said={valueText(route, cells[point.nearest])} onMove={move} onHover={(cell) => { hovered.value = cell; }} />
            {hovered.value !== undefined && <CellCard route={route} hovered={hovered.value} weights={state.map.grid[hovered.value.point]!} cell={cells[hovered.value.point]!} />}
          </figure>
          <MapLegend route={route} scale={scale} />
        </section>
        <PointPanel bench={bench} route={route} at={at} point={point} theme={theme} onMove={(weights) => { move(weights, true); }} />
      </div>
      <MapTable route={route} grid={state.map.grid} cells={cells} />
    </>
  );
}

interface MapContent {
  readonly cells: readonly MapCell[];
  readonly borders: ReturnType<typeof leaderBorders>;
  /** Undefined when the map shows who leads. */
  readonly scale: ColourScale | undefined;
  readonly regions: readonly MapRegion[];
}

/** `here`: the point that is looked at. */
function mapOf({ map, route: { colour, borders: which, policy, policies, seeds, seed } }: WeightsState, here: number): MapContent {
  if (colour === 'winner') {
    const cells = map.leaders({ policies, seedCount: seeds });
    return { cells, borders: which === 'none' ? [] : leaderBorders(cells), scale: undefined, regions: leaderRegions(cells).map(({ leader, point }) => ({ point, name: policies[leader]! })) };
  }
  const cells = map.figures(policy, colour, seeds), looked = which === 'any-seed' ? Array.from({ length: seeds }, (_, k) => k + 1) : which === 'this-seed' ? [seed] : [];
  return { cells, borders: which === 'here' ? map.bordersAround(here, policy, seed) : map.scheduleBorders(policy, looked), scale: figureScale(cells, colour), regions: [] };
}

function downloadsOf({ scenario, colour, policy }: WeightsRoute): DownloadGroup[] {
  const name = fileNameOf('weights', scenario, colour === 'winner' ? '' : policy), main = document.querySelector('main')!;
  return [
    { title: 'Tables as they are shown', downloads: tableDownloads(main, { 'Map, when it is open as a table': '#map-table', 'The point that is looked at': '#point-table' }, name) },
    { title: 'Pictures', downloads: pictureDownloads(main, name) },
  ];
}

function mapTitle({ colour, policy, policies }: WeightsRoute): string {
  return colour === 'winner' ? `Which of ${policies.length === 1 ? 'one policy' : `${policies.length} policies`} has the best objective` : `${METRIC_BY_KEY[colour].title} of ${policy}`;
}

/** `objective J 0.891`, `weighted leads with 0.891`. */
export function valueText({ colour, policies }: WeightsRoute, cell: MapCell | undefined): string {
  if (cell === undefined || cell.of < 0) return 'not simulated yet';
  if (colour === 'winner') return `${policies[cell.leader] ?? 'nobody'} ${cell.won ? 'is best' : 'leads'} with ${cell.value.toFixed(3)}`;
  const { unit, scale, digits } = metricScale(colour, cell.value);
  return `${METRIC_BY_KEY[colour].title} ${(cell.value / scale).toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}

function MapStatus({ state, progress, onStop, onResume }: Pick<WeightsViewProps, 'progress' | 'onStop' | 'onResume'> & { readonly state: WeightsState }): JSX.Element {
  const { done, total, msLeft } = progress.value, { status, tookMs, map, route } = state;
  return (
    <section class="status" aria-label="Progress">
      <span class="verdict" role="status">{status === 'complete' ? `The map is complete: ${map.grid.length} weight settings x ${countText(route.seeds, 'seed')} x ${route.policies.length === 1 ? 'one policy' : `${route.policies.length} policies`}` : status === 'running' ? 'Coarse points first, then those between; a few seeds everywhere, then the rest' : status === 'failed' ? 'The map could not be made' : 'Stopped; what there is stays'}</span>
      <span class="progress">
        <span class="count" data-status={status}>{done} of {countText(total, 'run')}</span>
        <progress value={done} max={total} aria-label="Runs made" />
        <span class="left soft">{status === 'running' ? (Number.isFinite(msLeft) ? `${durationText(Math.max(100, Math.round(msLeft / 100) * 100))} left` : '…') : status === 'complete' ? (Number.isNaN(tookMs) ? 'kept from before' : `in ${durationText(Math.round(tookMs))}`) : status}</span>
        <span class="acts">{status === 'running' ? <button type="button" onClick={onStop}>Cancel</button> : status === 'complete' ? undefined : <button type="button" onClick={onResume}>Go on</button>}</span>
      </span>
    </section>
  );
}

function CellCard({ route, hovered, weights, cell }: { readonly route: WeightsRoute; readonly hovered: HoveredCell; readonly weights: Weights; readonly cell: MapCell }): JSX.Element {
  return (
    <div class="card" aria-hidden="true" style={{ left: `${hovered.x + 16}px`, top: `${hovered.y + 16}px` }}>
      <strong>{valueText(route, cell)}</strong>
      <p class="soft">{describe(weights)}{cell.of >= 0 && cell.of !== hovered.point ? ' · figure of a coarser point so far' : ''}</p>
    </div>
  );
}

function MapLegend({ route: { colour, borders, policies, seed }, scale }: { readonly route: WeightsRoute; readonly scale: ColourScale | undefined }): JSX.Element {
  if (scale === undefined || colour === 'winner') {
    return (
      <p class="legend">
        {policies.map((name, p) => <span key={name}><Swatch mark={policyMark(p)} />{name}</span>)}
        <span>full colour: shown to be better than every other (paired t, Holm, 5 %); pale: leads, not shown</span>{borders !== 'none' && <span>lines: another one leads</span>}<MarkedLegend />
      </p>
    );
  }
  if (!(scale.high >= scale.low)) return <p class="legend">nothing simulated yet</p>;
  const { unit, scale: by, digits } = metricScale(colour, scale.high), text = (value: number): string => (value / by).toFixed(digits);
  return (
    <p class="legend">
      <span>{text(scale.low)}<i class="ramp" style={{ background: scaleGradient(scale) }} />{text(scale.high)}{unit === '' ? '' : ` ${unit}`}{METRIC_BY_KEY[colour].better === 'none' ? '' : `, ${METRIC_BY_KEY[colour].better} is better`}</span>
      {borders !== 'none' && <span>lines: {borders === 'here' ? `around the weights whose run of seed ${seed} is the same as here` : `the schedule ${borders === 'any-seed' ? 'changes, the heavier at the more seeds' : `of seed ${seed} changes`}`}</span>}<MarkedLegend />
    </p>
  );
}

function MarkedLegend(): JSX.Element {
  return <span>+ the mission's 0.6 / 0.3 / 0.1</span>;
}
