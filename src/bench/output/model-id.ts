/** The catalog's id for a model as an endpoint names it. */

export interface NamedModel {
  readonly id: string;
  readonly label: string;
  readonly aliases: readonly string[];
}

/** What quantized copies of a model add to its name: the weights are another size, the model is the same. */
const QUANTIZED = /[-_.](?:fp8|fp4|nvfp4|mxfp4|int8|int4|w8a8|w4a16|awq|gptq|gguf|bnb|quantized|[i]?q\d)(?:[-_.].*)?$/;

/**
 * Only what the catalog itself calls the model counts, whatever its owner, spelling (`llama3.3:70b`) or quantization; nothing is guessed from
 * parts of a name.
 *
 * @returns null where the catalog doesn't know it
 */
export function catalogModelId(name: string, models: readonly NamedModel[]): string | null {
  const said = name.trim().toLowerCase().replace(/^.*\//, '');
  for (const wanted of [said, said.replace(QUANTIZED, '')].map(letters)) {
    const found = models.find((model) => [model.id, model.label, ...model.aliases].some((each) => letters(each.toLowerCase().replace(/^.*\//, '')) === wanted));
    if (found !== undefined) return found.id;
  }
  return null;
}

/** `llama-3.3-70b`, `llama3.3:70b` and `Llama 3.3 70B` alike. */
function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9.]/g, '');
}
