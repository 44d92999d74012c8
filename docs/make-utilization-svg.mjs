// Draws docs/utilization.svg, the chart in the README: what a million output tokens cost on GPUs that wait for requests.
//
//     npm run build && node docs/make-utilization-svg.mjs
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadCatalog, loadScenario, plan } from '../dist/cli/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const SCENARIO = 'scenarios/reality-check.yaml';
const OWN = 'own';
const SECONDS_PER_MONTH = 730 * 3600;
const catalog = loadCatalog();

function planned(requestsPerS, set = []) {
  const volume = `workload.requests_per_month=${Math.max(1, Math.round(requestsPerS * SECONDS_PER_MONTH))}`;
  const { scenario } = loadScenario(`${root}${SCENARIO}`, { catalog, set: [volume, 'what_if={}', ...set] });
  return plan({ scenario, catalog, today: '2026-11-24' });
}

/** What the plan says of the GPUs of the own option. */
function gpus(requestsPerS, set) {
  return planned(requestsPerS, set).options.find(({ id }) => id === OWN).capacity;
}

/** What an API charges per million output tokens, its input with it. */
function api(id) {
  const { components, usd_per_mtok_output, monthly_usd } = planned(1).options.find((option) => option.id === id);
  const usage = components.filter(({ category }) => category === 'usage').reduce((sum, { monthly_usd: usd }) => sum + usd, 0);
  return (usage / monthly_usd) * usd_per_mtok_output;
}

/** A volume rounded up must not take a second replica. */
const BELOW = 0.999999;
const EVEN = ['workload.shape={ peak_to_average: 1 }'];
const OUTPUT_TOKENS = 300;
const { gpu_usd_per_work_unit: at1, work_per_s_per_replica: tokensPerS } = gpus(1);
const { saturated } = at1;
const full = tokensPerS / OUTPUT_TOKENS;
const rates = Array.from({ length: 241 }, (_, i) => 0.01 * (full / 0.01) ** (i / 240));
const lines = [
  { class: 'own', points: rates.map((rate) => [rate, gpus(rate).gpu_usd_per_work_unit.now]) },
  { class: 'even', points: rates.map((rate) => [rate, gpus(rate * BELOW, EVEN).gpu_usd_per_work_unit.now]) },
  { name: 'GPT-4o', class: 'api', points: [[rates[0], api('gpt-4o')], [full, api('gpt-4o')]] },
  { name: 'hosted Llama 3.3 70B', class: 'api', points: [[rates[0], api('hosted')], [full, api('hosted')]] },
];

const WIDTH = 776;
const HEIGHT = 420;
const LEFT = 70;
const RIGHT = 24;
const TOP = 82;
const BOTTOM = 56;
const [low, high] = [1, 1000];
const x = (rate) => LEFT + ((WIDTH - LEFT - RIGHT) * Math.log(rate / 0.01)) / Math.log(full / 0.01);
const y = (usd) => TOP + ((HEIGHT - TOP - BOTTOM) * Math.log(high / usd)) / Math.log(high / low);
const money = (usd) => `$${usd >= 100 ? usd.toFixed(0) : usd >= 10 ? usd.toFixed(1) : usd.toFixed(2)}`;
const path = (points) => points.map(([rate, usd], i) => `${i === 0 ? 'M' : 'L'}${x(rate).toFixed(1)} ${y(usd).toFixed(1)}`).join('');
const text = (at, up, content, more = '') => `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}"${more}>${content}</text>`;

const yTicks = [1, 10, 100, 1000].map((usd) => `<path class="grid" d="M${LEFT} ${y(usd).toFixed(1)}H${WIDTH - RIGHT}"/>${text(LEFT - 8, y(usd) + 4, `$${usd}`, ' text-anchor="end"')}`);
const xTicks = [0.01, 0.1, 1, full].map((rate) => `<path class="grid" d="M${x(rate).toFixed(1)} ${TOP}V${HEIGHT - BOTTOM}"/>${text(x(rate), HEIGHT - BOTTOM + 18, rate === full ? `${full.toFixed(1)}, saturated` : String(rate), rate === full ? ' text-anchor="end"' : ' text-anchor="middle"')}`);
const marks = [0.01, 0.1, 1].map((rate) => {
  const { now, ratio } = gpus(rate).gpu_usd_per_work_unit;
  const cx = x(rate).toFixed(1);
  const first = rate === 0.01;
  return `<circle class="dot" cx="${cx}" cy="${y(now).toFixed(1)}" r="4"/>${text(x(rate) + 9, y(now) - (first ? -4 : 8), `${money(now)}: ${ratio.toFixed(0)} times${first ? ' a saturated replica' : ''}`, ' class="mark"')}`;
});
const labels = lines.slice(2).map(({ name, points }) => text(LEFT + 8, y(points[0][1]) - 6, `${name}: ${money(points[0][1])}`, ' class="apilabel"'));
const drawn = lines.map((line) => `<path class="${line.class}" d="${path(line.points)}"/>`);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Cost per million output tokens against requests per second: ${money(gpus(0.01).gpu_usd_per_work_unit.now)} at 0.01 requests a second, ${money(at1.now)} at 1, ${money(saturated)} saturated">
<style>
.card{fill:#fff;stroke:#d0d7de}text{fill:#1f2328;font:13px system-ui,-apple-system,'Segoe UI',sans-serif}.title{font-size:15px;font-weight:600}.grid{stroke:#d0d7de}
.own,.even,.api{fill:none;stroke-width:2.5}.own{stroke:#0969da}.even{stroke:#0969da;stroke-dasharray:3 4;stroke-width:1.5}.api{stroke:#9a6700;stroke-width:1.5}.dot{fill:#0969da}.apilabel{fill:#9a6700}.mark{font-weight:600}.note{fill:#59636e}
@media (prefers-color-scheme:dark){.card{fill:#0d1117;stroke:#3d444d}text{fill:#e6edf3}.grid{stroke:#30363d}.own,.even{stroke:#58a6ff}.dot{fill:#58a6ff}.api{stroke:#d29922}.apilabel{fill:#d29922}.note{fill:#9198a1}}
</style>
<rect class="card" x=".5" y=".5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8"/>
${text(20, 27, 'A million output tokens on GPUs that wait for requests', ' class="title"')}
${text(20, 46, 'Rented pairs of H100, Llama 3.3 70B in FP8, requests of 1,000 + 300 tokens, GPUs or tokens alone.', ' class="note"')}
${text(20, 64, 'Solid: the busiest hour has 4 times the mean, and adds replicas. Dotted: every hour alike.', ' class="note"')}
${[...yTicks, ...xTicks, ...drawn, ...labels, ...marks].join('\n')}
${text(x(full) - 6, y(saturated) + 18, `${money(saturated)} saturated`, ' text-anchor="end" class="mark"')}
${text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, 'requests per second, mean of the month', ' text-anchor="middle" class="note"')}
</svg>
`;
writeFileSync(`${root}docs/utilization.svg`, svg);
