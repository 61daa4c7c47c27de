// The version of this package, which is that of the engine in it: written into journals and manifests.
import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
