/** The scenario as a file: first line for editors, comments where a range was assumed. */

import { Document, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import type { Written } from './scenario.ts';

/** @param schemaUrl where editors find the JSON Schema */
export function scenarioText({ file, comments }: Written, schemaUrl: string): string {
  const document = new Document(file);
  for (const [path, comment] of comments) {
    const node = document.getIn(path.split('.'), true) as Node | undefined;
    if (node !== undefined) node.comment = ` ${comment}`;
  }
  visit(document, {
    Collection: (_, node) => {
      if ((isMap(node) || isSeq(node)) && isShort(node)) node.flow = true;
    },
  });
  return `# yaml-language-server: $schema=${schemaUrl}\n${document.toString({ lineWidth: 120 })}`;
}

/** Lists of words and ranges fit on a line. */
function isShort(node: Node): boolean {
  if (isSeq(node)) return node.items.every(isScalar);
  return isMap(node) && node.items.length <= 3 && node.items.every((pair) => isScalar(pair.value) && ['low', 'likely', 'high'].includes(String(pair.key)));
}
