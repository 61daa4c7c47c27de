// Live configurations that run on any machine, by name.
import minute from './minute.json' with { type: 'json' };
import spot from './spot.json' with { type: 'json' };

export const LIVE_EXAMPLES: Readonly<Record<string, unknown>> = { minute, spot };
