/** What was spent before a restart, from the router's own log. */

import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Budget } from './budget.ts';

export async function restoreBudget(path: string, budget: Budget): Promise<void> {
  if (!existsSync(path)) return;
  for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
    const spent = spentIn(line);
    if (spent !== null) budget.add(spent.usd, spent.at);
  }
}

/** Null for lines that aren't ours, or cost nothing: a line cut off by a crash among them. */
function spentIn(line: string): { readonly usd: number; readonly at: Date } | null {
  try {
    const { timestamp, large_usd } = JSON.parse(line) as { timestamp?: unknown; large_usd?: unknown };
    const at = new Date(String(timestamp));
    return typeof large_usd === 'number' && large_usd > 0 && !Number.isNaN(at.getTime()) ? { usd: large_usd, at } : null;
  } catch {
    return null;
  }
}
