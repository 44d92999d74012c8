// Overhead of `route serve` in pass-through: the same streams straight to a scripted endpoint and through the router, in turn,
// so that the machine's mood hits both. Prints the difference of the times to the first token and to the end, per run and as a median.
//   npm run build && node test/speed/router.mjs [runs] [streams at once] [requests a run]
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [runs = 5, atOnce = 64, count = 1920] = process.argv.slice(2).map(Number);
const TOKENS = 20;
const GAP_MS = 10;

if (process.send !== undefined) serveEndpoint();
else await measure();

/** Tokens at a steady pace, as a model would send them. Each event carries when it was written, so that the endpoint's own delays don't count. */
function serveEndpoint() {
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let token = 0;
      const timer = setInterval(() => {
        if (token++ < TOKENS)
          return response.write(
            `data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"word"},"finish_reason":null}],"at":${now()}}\n\n`,
          );
        clearInterval(timer);
        response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
      }, GAP_MS);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

function now() {
  return performance.timeOrigin + performance.now();
}

async function measure() {
  const endpoint = fork(fileURLToPath(import.meta.url));
  const [port] = await once(endpoint, 'message');
  const router = await startRouter(port);
  const direct = { port, path: '/v1/chat/completions', agent: new Agent({ keepAlive: true }) };
  const routed = { port: router.port, path: '/v1/chat/completions', agent: new Agent({ keepAlive: true }) };
  await load(direct, 256);
  await load(routed, 256);
  const results = [];
  for (let run = 0; run < runs; run++) {
    const first = run % 2 === 0 ? [direct, routed] : [routed, direct];
    const pair = new Map();
    for (const side of first) pair.set(side, await load(side, count));
    const [a, b] = [pair.get(direct), pair.get(routed)];
    const difference = Object.fromEntries(['start50', 'start99', 'token50', 'token99'].map((key) => [key, b[key] - a[key]]));
    results.push(difference);
    console.log(
      `run ${run + 1}: first token +${ms(difference.start50)} p50, +${ms(difference.start99)} p99; every token +${ms(difference.token50)} p50, +${ms(difference.token99)} p99 (direct ${ms(a.start50)}, ${ms(a.token50)})`,
    );
  }
  const median = (key) => results.map((each) => each[key]).sort((x, y) => x - y)[Math.floor(results.length / 2)];
  console.log(
    `median of ${runs} at ${atOnce} streams: first token +${ms(median('start50'))} p50, +${ms(median('start99'))} p99; every token +${ms(median('token50'))} p50, +${ms(median('token99'))} p99`,
  );
  router.child.kill();
  endpoint.kill();
  process.exit();
}

function ms(value) {
  return `${value.toFixed(3)} ms`;
}

async function startRouter(port) {
  const policy = join(tmpdir(), `router-speed-${process.pid}.yaml`);
  const target = (model) => `{ base_url: http://127.0.0.1:${port}/v1, model: ${model} }`;
  writeFileSync(policy, `version: 1\nname: speed\nmode: router\nlarge_share: 0\nsmall: ${target('small')}\nlarge: ${target('large')}\n`);
  const command = process.env.ROUTER_BIN ?? fileURLToPath(new URL('../../bin/llm-crossover.js', import.meta.url));
  const child = spawn(process.execPath, [command, ...(process.env.ROUTER_BIN ? [] : ['route', 'serve']), policy, '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const chunk of child.stderr) {
    const found = /127\.0\.0\.1:(\d+)/.exec(chunk.toString());
    if (found) return { child, port: Number(found[1]) };
  }
  throw new Error('the router did not start');
}

/** `total` streams, `atOnce` at a time: percentiles of the time to the first token and of each token's way from the endpoint to us. */
async function load(side, total) {
  const starts = [];
  const tokens = [];
  let next = 0;
  const worker = async () => {
    while (next++ < total) await one(side, starts, tokens);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { start50: at(starts, 0.5), start99: at(starts, 0.99), token50: at(tokens, 0.5), token99: at(tokens, 0.99) };
}

function at(values, share) {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * share))];
}

function one({ port, path, agent }, starts, tokens) {
  const body = JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'Write twenty words. '.repeat(20) }] });
  return new Promise((resolve, reject) => {
    const started = now();
    let seen = false;
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.on('data', (chunk) => {
          const arrived = now();
          if (!seen) starts.push(arrived - started - GAP_MS);
          seen = true;
          for (const [, written] of chunk.toString().matchAll(/"at":([\d.]+)/g)) tokens.push(arrived - Number(written));
        });
        response.on('end', resolve);
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
