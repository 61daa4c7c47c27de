// Every value of the map as a table, for those who read rather than look. Made only when it is opened.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Weights } from '../../../engine/model/policy.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import { numberText } from '../../../engine/metrics/figure-text.ts';
import type { WeightsRoute } from '../../state/routes/weights.ts';
import type { MapCell } from '../../state/weight-map.ts';
import { metricScale } from '../compare/metric-scale.ts';
import { ScrollBox } from '../scroll-box.tsx';

export interface MapTableProps {
  readonly route: WeightsRoute;
  readonly grid: readonly Weights[];
  readonly cells: readonly MapCell[];
}

export function MapTable(props: MapTableProps): JSX.Element {
  const open = useSignal(false);
  return (
    <details class="panel" onToggle={(event) => { open.value = event.currentTarget.open; }}>
      <summary>The map as a table</summary>
      {open.value && <Values {...props} />}
    </details>
  );
}

function Values({ route: { colour, policies }, grid, cells }: MapTableProps): JSX.Element {
  const metric = colour === 'winner' ? 'objective' : colour, { unit, scale, digits } = metricScale(metric, Math.max(0, ...cells.map(({ value }) => (Number.isNaN(value) ? 0 : value))));
  return (
    <ScrollBox label="Values of the map">
      <table id="map-table">
        <thead><tr><th scope="col">latency</th><th scope="col">cost</th><th scope="col">fragmentation</th><th scope="col">{METRIC_BY_KEY[metric].title} {unit !== '' && <span class="unit">{unit}</span>}</th>{colour === 'winner' && <th scope="col" class="text">policy</th>}</tr></thead>
        <tbody>
          {grid.map(({ latency, cost, fragmentation }, k) => {
            const { value, leader, won, of } = cells[k]!, own = of === k;
            return (
              <tr key={k}>
                <td>{latency}</td><td>{cost}</td><td>{fragmentation}</td><td>{own ? numberText(value / scale, digits) : '–'}</td>
                {colour === 'winner' && <td class="text">{own && leader >= 0 ? `${policies[leader]}${won ? ', best' : ', leads'}` : '–'}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}
