// What a whole `plan` costs against a bare `node -e 0`, in turn, as wall and processor time. Linux. Run: npm run build && node test/speed/start.mjs [ROUNDS] [SCENARIO...]
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [rounds = '15', ...asked] = process.argv.slice(2);
const names = asked.length > 0 ? asked : readdirSync(`${root}scenarios`).flatMap((file) => (file.endsWith('.yaml') ? [file.replace('.yaml', '')] : []));
const commands = {
  'node -e 0': ['-e', '0'],
  ...Object.fromEntries(names.map((name) => [name, [`${root}bin/llm-crossover.js`, 'plan', `${root}scenarios/${name}.yaml`]])),
  ...Object.fromEntries(names.map((name) => [`${name} --draws 0`, [`${root}bin/llm-crossover.js`, 'plan', `${root}scenarios/${name}.yaml`, '--draws', '0']])),
};

/** Seconds of processor time of all children so far, in ticks of 10 ms: exact enough over many rounds. */
function childrenCpu() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

const spent = Object.fromEntries(Object.keys(commands).map((name) => [name, { wall: [], cpu: 0 }]));
for (let round = 0; round <= Number(rounds); round++) {
  for (const [name, args] of Object.entries(commands)) {
    const [cpu, start] = [childrenCpu(), performance.now()];
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (status !== 0) throw new Error(`${name} failed`);
    // The first round warms the disk.
    if (round === 0) continue;
    spent[name].wall.push(performance.now() - start);
    spent[name].cpu += childrenCpu() - cpu;
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const bare = spent['node -e 0'];
console.log(`${rounds} rounds, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`);
for (const [name, { wall, cpu }] of Object.entries(spent)) {
  const pairs = median(wall.map((ms, i) => ms / bare.wall[i]));
  console.log(
    `${name.padEnd(32)} wall ${median(wall).toFixed(0).padStart(5)} ms (${pairs.toFixed(2)}x)   cpu ${((1000 * cpu) / wall.length).toFixed(0).padStart(5)} ms (${(cpu / bare.cpu).toFixed(2)}x)`,
  );
}
