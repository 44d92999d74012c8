// What `route serve` adds to a stream in pass-through, beside another gateway.
// One process is both client and endpoint, on bare sockets, so that the gateway has the other core to itself and one clock times all.
// The same seeded streams (first token after about 100 ms, then one about every 20 ms) go straight to the endpoint and through each
// gateway, in an order that changes from run to run; token by token the difference is taken.
//   npm run build && node test/router/perf/overhead.mjs [runs] [streams at once] [streams a run]
// On a machine that does other things, `chrt -r 1` before it keeps them from being measured.
//   PORTKEY=/folder/with/node_modules/@portkey-ai/gateway node test/router/perf/overhead.mjs
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [runs = 5, atOnce = 64, count = 320] = process.argv.slice(2).map(Number);
const TOKENS = 100;
const FIRST_MS = 100;
const GAP_MS = 20;
const BODY = JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'Write a hundred words about rivers. '.repeat(20) }] });

const now = () => performance.now();

/** mulberry32 */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const asChunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const END = `${asChunk('data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n')}${asChunk('data: [DONE]\n\n')}0\r\n\r\n`;

/** Each token carries when it was written; the first also when the request had come. */
function startEndpoint() {
  const server = createServer({ noDelay: true }, (socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/content-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? Number.NaN);
      const whole = Number.isNaN(length) ? text.endsWith('0\r\n\r\n') : text.length >= head + 4 + length;
      if (!whole) return;
      const seed = Number(/seed-(\d+)/.exec(text)?.[1] ?? 1);
      text = '';
      stream(socket, randomOf(seed), now());
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

function stream(socket, random, came) {
  const wait = (ms) => ms * (0.5 + random());
  let token = 0;
  socket.write(HEAD);
  const step = () => {
    if (socket.destroyed) return;
    if (token === TOKENS) return socket.write(END);
    const times = `"came":${came},"at":${now()}`;
    socket.write(
      asChunk(
        `data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m",${times},"choices":[{"index":0,"delta":{"content":" ${times.slice(-8)} word"},"finish_reason":null}]}\n\n`,
      ),
    );
    token++;
    setTimeout(step, wait(GAP_MS));
  };
  setTimeout(step, wait(FIRST_MS));
}

/** One keep-alive connection, one stream after the other. */
class Client {
  constructor({ port, path, headers }) {
    this.head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n${headers}`;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (bytes) => this.hear(bytes.toString('latin1')));
    this.socket.on('close', () => this.broken?.(new Error('the connection was closed')));
    this.socket.on('error', () => undefined);
  }

  /** Ms added to the first token (both ways), and each token's ms on its way. */
  ask(serial) {
    const body = BODY.replace('Write', `seed-${serial} Write`);
    this.tail = '';
    this.first = null;
    this.tokens = [];
    return new Promise((resolve, reject) => {
      this.finish = resolve;
      this.broken = reject;
      this.sent = now();
      this.socket.write(`${this.head}content-length: ${body.length}\r\n\r\n${body}`);
    });
  }

  hear(text) {
    const arrived = now();
    const all = this.tail + text;
    if (this.first === null && all.startsWith('HTTP/') && !all.startsWith('HTTP/1.1 200')) return this.broken(new Error(all));
    let end = 0;
    for (const match of all.matchAll(/"came":([\d.]+),"at":([\d.]+),/g)) {
      const delay = arrived - Number(match[2]);
      this.first ??= Number(match[1]) - this.sent + delay;
      this.tokens.push(delay);
      end = match.index + match[0].length;
    }
    this.tail = all.slice(Math.max(end, all.length - 200));
    if (this.tail.includes('[DONE]') && this.tail.endsWith('0\r\n\r\n')) this.finish({ first: this.first, tokens: this.tokens });
  }
}

/** `count` streams, `atOnce` at a time, begun one after the other over the length of one. */
async function load(side, count) {
  const results = new Array(count);
  const length = FIRST_MS + TOKENS * GAP_MS;
  let next = 0;
  const worker = async (index) => {
    await new Promise((resolve) => setTimeout(resolve, (index * length) / atOnce));
    const client = new Client(side);
    while (next < count) {
      const serial = next++;
      results[serial] = await client.ask(serial + 1);
      if (results[serial].tokens.length !== TOKENS) throw new Error(`stream ${serial}: ${results[serial].tokens.length} tokens`);
    }
    client.broken = null;
    client.socket.destroy();
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => worker(index)));
  return results;
}

function at(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Direct and routed pairs of the same token of the same stream; and the plain difference of the percentiles. */
function compare(direct, routed) {
  const flat = (results, key) => results.flatMap((each) => each[key]);
  const figures = {};
  for (const key of ['first', 'tokens']) {
    const [a, b] = [flat(direct, key), flat(routed, key)];
    const differences = b.map((value, index) => value - a[index]);
    for (const [name, share] of [
      ['50', 0.5],
      ['99', 0.99],
    ]) {
      figures[`${key}_paired_p${name}`] = at(differences, share);
      figures[`${key}_p${name}_less_p${name}`] = at(b, share) - at(a, share);
    }
  }
  return figures;
}

function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function started(child, pattern) {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (bytes) => {
        const found = pattern.exec(bytes.toString());
        if (found) resolve(found);
      });
    }
    child.once('exit', () => reject(new Error('the gateway did not start')));
  });
}

async function startRouter(port) {
  const policy = join(mkdtempSync(join(tmpdir(), 'overhead-')), 'policy.yaml');
  const target = (model) => `{ base_url: "http://127.0.0.1:${port}/v1", model: ${model} }`;
  writeFileSync(policy, `version: 1\nname: speed\nmode: router\nlarge_share: 0\nsmall: ${target('small')}\nlarge: ${target('large')}\n`);
  const command = process.env.ROUTER_BIN ?? fileURLToPath(new URL('../../../bin/llm-crossover.js', import.meta.url));
  const log = join(tmpdir(), `overhead-${process.pid}.jsonl`);
  const args = [...(process.env.NODE_FLAGS?.split(' ') ?? []), command, 'route', 'serve', policy, '--port', '0', '--log', log];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [, found] = await started(child, /127\.0\.0\.1:(\d+)/);
  return { name: 'route serve', child, port: Number(found), path: '/v1/chat/completions', headers: '' };
}

async function startPortkey(folder, port) {
  const own = 18_787;
  const args = [join(folder, 'build/start-server.js'), '--headless', `--port=${own}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TRUSTED_CUSTOM_HOSTS: '127.0.0.1' } });
  await started(child, /running|ready|localhost/i);
  const headers = `x-portkey-provider: openai\r\nx-portkey-custom-host: http://127.0.0.1:${port}/v1\r\nauthorization: Bearer none\r\n`;
  return { name: 'Portkey', child, port: own, path: '/v1/chat/completions', headers };
}

const port = await startEndpoint();
const direct = { name: 'direct', port, path: '/v1/chat/completions', headers: '' };
const gateways = [await startRouter(port), ...(process.env.PORTKEY ? [await startPortkey(process.env.PORTKEY, port)] : [])];
process.on('SIGTERM', () => process.exit(1));
process.on('exit', () => {
  for (const { child } of gateways) child.kill();
});
for (const side of [direct, ...gateways]) await load(side, 2 * atOnce);

const found = new Map(gateways.map(({ name }) => [name, []]));
for (let run = 0; run < runs; run++) {
  const sides = [direct, ...gateways];
  const order = sides.map((_, index) => sides[(index + run) % sides.length]);
  const results = new Map();
  for (const side of order) {
    const before = side.child ? cpuMs(side.child.pid) : 0;
    results.set(side.name, await load(side, count));
    if (side.child) side.cpu = (cpuMs(side.child.pid) - before) / count;
  }
  for (const { name, cpu } of gateways) {
    const figures = { ...compare(results.get('direct'), results.get(name)), cpu_ms_per_stream: cpu };
    found.get(name).push(figures);
    const texts = Object.entries(figures).map(([key, value]) => `${key} ${value.toFixed(2)}`);
    console.log(`run ${run + 1}, ${name}: ${texts.join(', ')}`);
  }
  const alone = results.get('direct').flatMap(({ tokens }) => tokens);
  console.log(`  direct itself: token p50 ${at(alone, 0.5).toFixed(2)}, p99 ${at(alone, 0.99).toFixed(2)}; load average ${loadavg()[0].toFixed(1)}`);
}
console.log(`\nmedian of ${runs} runs, ${atOnce} streams at once, ${count} a run, ms added (Node ${process.version}, ${cpus().length} x ${cpus()[0].model})`);
for (const [name, all] of found) {
  for (const key of Object.keys(all[0])) {
    const values = all.map((each) => each[key]);
    console.log(`${name.padEnd(12)} ${key.padEnd(24)} ${at(values, 0.5).toFixed(2)}`);
  }
}
process.exit();
