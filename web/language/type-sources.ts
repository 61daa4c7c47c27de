// What the compiler knows when it looks at a policy's text: the language's own types, and the sources of the port and of the
// building blocks, as they are in this build. Nothing is copied by hand, so nothing can differ from what runs.
/// <reference types="vite/types/importMeta.d.ts" />
const LANGUAGE = import.meta.glob<string>([
  '../../node_modules/typescript/lib/lib.{es5,es2015*,decorators,decorators.legacy}.d.ts',
  '../../node_modules/typescript/lib/lib.{es2016,es2016.array.include,es2017,es2017.arraybuffer,es2017.object,es2017.string,es2017.typedarrays}.d.ts',
  '../../node_modules/typescript/lib/lib.{es2018,es2018.regexp,es2019,es2019.array,es2019.object,es2019.string,es2019.symbol}.d.ts',
  '../../node_modules/typescript/lib/lib.{es2020,es2020.number,es2020.string,es2020.symbol.wellknown,es2021,es2021.string}.d.ts',
  '../../node_modules/typescript/lib/lib.{es2022,es2022.array,es2022.error,es2022.object,es2022.string,es2023.array}.d.ts',
], { query: '?raw', import: 'default', eager: true });
const PORT = import.meta.glob<string>([
  '../../engine/model/{policy,problem,states,working-time,exact-math,distribution,errors}.ts', '../../policies/shared/*.ts',
  '../../engine/model/{candidate-columns,fleet-pools,scenario,distribution-text,units,ids,hash}.ts', // what those import
], { query: '?raw', import: 'default', eager: true });

/** Text by path, as if the project lay at the root: `/engine/model/policy.ts`, `/lib/lib.es5.d.ts`. */
export const TYPE_SOURCES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(LANGUAGE).map(([path, text]) => [`/lib/${path.replace(/^.*\//, '')}`, text] as const),
  ...Object.entries(PORT).map(([path, text]) => [path.replace(/^(?:\.\.\/)+/, '/'), text] as const),
]);
