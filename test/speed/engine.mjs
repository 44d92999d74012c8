// Median time of one warm engine plan() call for scenarios/support-chatbot.yaml. Run: npm run build && node test/speed/engine.mjs
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { loadCatalog, loadScenario, plan } from '../../dist/cli/index.js';

const catalog = loadCatalog();
const { scenario } = loadScenario(fileURLToPath(new URL('../../scenarios/support-chatbot.yaml', import.meta.url)), { catalog });
const input = { scenario, catalog, today: '2026-11-24' };
for (let i = 0; i < 2000; i++) plan(input);
const times = Array.from({ length: 2000 }, () => {
  const start = performance.now();
  plan(input);
  return performance.now() - start;
}).sort((a, b) => a - b);
console.log(`engine plan(): median ${times[1000].toFixed(3)} ms, p95 ${times[1900].toFixed(3)} ms over ${times.length} warm calls`);
