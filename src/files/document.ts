/** A document's value at once, its places when they are asked for. */

import { readPlain } from './plain-yaml.ts';
import { type Parsed, parseYaml } from './yaml.ts';

/**
 * As `parseYaml`, and quicker for plain texts: places are only worked out for messages.
 *
 * @throws InputError when the text isn't one readable document
 */
export function readDocument(text: string, file: string): Parsed {
  const value = readPlain(text);
  if (value === undefined) return parseYaml(text, file);
  let full: Parsed | null = null;
  const places = () => {
    full ??= parseYaml(text, file);
    return full;
  };
  return {
    value,
    problems: [],
    get source() {
      return places().source;
    },
    get place() {
      return places().place;
    },
  };
}
