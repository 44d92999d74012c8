/** Put in by the build (`.build/build.mjs`), so that nothing has to be read at run time. */
declare const __VERSION__: string | undefined;

export const VERSION: string = typeof __VERSION__ === 'undefined' ? '0.0.0-source' : __VERSION__;

/** Where editors find the JSON Schema of a kind of file, for this version. */
export function schemaUrl(kind: string): string {
  return `https://unpkg.com/llm-crossover@${VERSION}/schema/${kind}.schema.json`;
}
