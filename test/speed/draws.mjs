// 100,000 draws of scenarios/support-chatbot.yaml: the first call of a fresh process and the median of later ones. Run: npm run build && node test/speed/draws.mjs [SCENARIO]
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { loadCatalog, loadScenario, plan } from '../../dist/cli/index.js';

const DRAWS = 100_000;
const name = process.argv[2] ?? 'support-chatbot';
const catalog = loadCatalog();
const { scenario } = loadScenario(fileURLToPath(new URL(`../../scenarios/${name}.yaml`, import.meta.url)), { catalog });
const times = Array.from({ length: 6 }, () => {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  plan({ scenario, catalog, today: '2026-11-24', draws: DRAWS });
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
});
const [first, ...later] = times;
const middle = later.sort((a, b) => a.wall - b.wall)[2];
console.log(`${DRAWS} draws of ${name}, load ${loadavg()[0].toFixed(1)}`);
console.log(`first call: ${first.wall.toFixed(0)} ms, ${first.cpu.toFixed(0)} ms of processor time on all threads`);
console.log(`later calls: ${middle.wall.toFixed(0)} ms, ${middle.cpu.toFixed(0)} ms of processor time`);
