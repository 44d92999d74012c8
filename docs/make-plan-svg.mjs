// Draws docs/plan.svg, the picture in the README: a real run of the built command, as a terminal shows it.
//
//     npm run build && node docs/make-plan-svg.mjs
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const SCENARIO = 'scenarios/support-chatbot.yaml';
const COLUMNS = 92;
/** Up to and including the options table: what a reader sees first. */
const END = '\nGates\n';

const LINE = 18;
const CHARACTER = 8.43;
const PAD = 18;
const BAR = 34;
const COLOURS = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 35: '#d2a8ff', 36: '#79c0ff', 34: '#79c0ff' };

const args = ['bin/llm-crossover.js', 'plan', SCENARIO, '--width', String(COLUMNS), '--today', '2026-11-24'];
const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: '', LANG: 'C.UTF-8' } });
if (status !== 0) throw new Error(stderr);

const plain = stdout.replace(/\u001b\[\d+m/g, '');
const count = plain.slice(0, plain.indexOf(END)).trimEnd().split('\n').length;
const lines = [`$ npx llm-crossover plan ${SCENARIO}`, '', ...stdout.split('\n').slice(0, count)];

/** Runs of one style: what is bold, dim, underlined or coloured now. */
function runs(line) {
  const style = { bold: false, dim: false, underline: false, fill: null };
  return line.split(/(\u001b\[\d+m)/).flatMap((part) => {
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code === undefined) return part === '' ? [] : [{ ...style, text: part }];
    apply(style, Number(code));
    return [];
  });
}

function apply(style, code) {
  if (code === 0) Object.assign(style, { bold: false, dim: false, underline: false, fill: null });
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 4) style.underline = true;
  else if (code === 22) Object.assign(style, { bold: false, dim: false });
  else if (code === 24) style.underline = false;
  else if (code === 39) style.fill = null;
  else if (COLOURS[code]) style.fill = COLOURS[code];
}

const escape = (text) => text.replaceAll(' ', '\u00a0').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function span({ text, bold, dim, underline, fill }, column) {
  const attributes = [
    `x="${(PAD + column * CHARACTER).toFixed(1)}"`,
    `textLength="${(text.length * CHARACTER).toFixed(1)}"`,
    bold ? 'font-weight="700"' : '',
    underline ? 'text-decoration="underline"' : '',
    fill ? `fill="${fill}"` : dim ? 'fill="#8b949e"' : '',
  ];
  return `<tspan ${attributes.filter((each) => each !== '').join(' ')}>${escape(text)}</tspan>`;
}

function row(line, index) {
  let column = 0;
  const spans = runs(line).map((run) => {
    const drawn = span(run, column);
    column += run.text.length;
    return drawn;
  });
  return spans.length === 0 ? '' : `<text y="${BAR + PAD + index * LINE + 8}">${spans.join('')}</text>`;
}

const width = Math.ceil(COLUMNS * CHARACTER + 2 * PAD);
const height = BAR + 2 * PAD + lines.length * LINE - 6;
const dots = ['#ff5f57', '#febc2e', '#28c840'].map((fill, i) => `<circle cx="${PAD + 4 + i * 18}" cy="${BAR / 2}" r="5.5" fill="${fill}"/>`).join('');
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Terminal: llm-crossover plan ${SCENARIO}">
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${dots}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
${lines.map(row).filter((text) => text !== '').join('\n')}
</g>
</svg>
`;
writeFileSync(`${root}docs/plan.svg`, svg);
