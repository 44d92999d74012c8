/** The library: everything of the engine, and the two things Node adds: reading a scenario file, and the compiled data. */
export * from './engine/index.ts';
export { loadScenario } from './files/load.ts';
export { InputError, type Problem } from './files/problem.ts';
export { loadCatalog } from './prices/catalog.ts';
