// Percentiles of 2,000 draws against ten million: 100 plans of 100,000 draws, each with a seed of its own, for every scenario and one with PERT prices.
// Takes minutes. Run: npm run build && node test/speed/sampling.mjs [PLANS] [SCENARIO...]
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadCatalog, loadScenario, plan } from '../../dist/cli/index.js';

const EACH = 100_000;
const [plans = '100', ...asked] = process.argv.slice(2);
const root = fileURLToPath(new URL('../../', import.meta.url));
const names = asked.length > 0 ? asked : readdirSync(`${root}scenarios`).flatMap((file) => (file.endsWith('.yaml') ? [file.replace('.yaml', '')] : []));
const catalog = loadCatalog();
const KEYS = ['p10', 'p50', 'p90'];

/** Every number the draws give, by name, with the error the plan reports for it. */
function figures({ options, uncertainty: found }) {
  const rows = new Map();
  const put = (name, value, error) => rows.set(name, { value, error });
  for (const { id, monthly_usd_range: range } of options) {
    if (range !== null) for (const key of KEYS) put(`${id} ${key}`, range[key], found.error.monthly_usd[id]?.[key] ?? 0);
    put(`${id} cheapest`, found.probability_cheapest[id], found.error.probability_cheapest[id]);
  }
  if (found.settled_requests !== null && found.error.settled_requests !== null)
    for (const key of KEYS) put(`settled ${key}`, found.settled_requests[key], found.error.settled_requests[key]);
  put('never settled', found.share_never, found.error.share_never);
  return rows;
}

let outside = 0;
let compared = 0;
for (const name of names) {
  const { scenario } = loadScenario(`${root}scenarios/${name}.yaml`, { catalog });
  const drawn = (draws, seed) => figures(plan({ scenario, catalog, today: '2026-11-24', draws, seed }));
  const small = drawn(2000, 1);
  const sums = new Map();
  for (let i = 0; i < Number(plans); i++) {
    for (const [key, { value }] of drawn(EACH, 1000 + i)) {
      const sum = sums.get(key) ?? { total: 0, squares: 0, count: 0 };
      sums.set(key, { total: sum.total + value, squares: sum.squares + value * value, count: sum.count + 1 });
    }
  }
  let worst = { z: 0, key: '-' };
  let within2 = 0;
  for (const [key, { value, error }] of small) {
    const sum = sums.get(key);
    if (sum === undefined) continue;
    const mean = sum.total / sum.count;
    const gap = Math.abs(value - mean);
    compared++;
    // Where batches agree to the last digit, so must the reference: to a thousandth.
    const z = gap <= 1e-3 * Math.abs(mean) ? 0 : gap / (error || 1e-300);
    if (z <= 2) within2++;
    if (z > 4) outside++;
    if (z > worst.z) worst = { z, key, value, mean, error };
  }
  const farthest =
    worst.z === 0 ? 'all within a thousandth' : `farthest ${worst.key}: ${worst.value} against ${worst.mean}, ${worst.z.toFixed(1)} standard errors`;
  console.log(`${name.padEnd(16)} ${small.size} figures, ${within2} within two standard errors; ${farthest}`);
}
console.log(`${compared} figures of ${names.length} scenarios, ${outside} beyond four standard errors of ${Number(plans) * EACH} draws`);
if (outside > 0) process.exitCode = 1;
