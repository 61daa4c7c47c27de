// Live configurations by name. All but `slurm`, which says what it needs, run on any machine.
import minute from './minute.json' with { type: 'json' };
import slurm from './slurm.json' with { type: 'json' };
import spot from './spot.json' with { type: 'json' };
import team from './team.json' with { type: 'json' };

export const LIVE_EXAMPLES: Readonly<Record<string, unknown>> = { minute, slurm, spot, team };
