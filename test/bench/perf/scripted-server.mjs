// A scripted server in a process of its own, written without the project's code: the truth the client is held against.
// Usage: node scripted-server.mjs flood|paced|quick [--ttft MS --gap MS --tokens N]   Prints its port; on stdin "truth" prints what it did as JSON.
import { createServer } from 'node:http';

const [mode = 'paced', ...rest] = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = rest.indexOf(`--${name}`);
  return at === -1 ? otherwise : Number(rest[at + 1]);
};
const ttftMs = option('ttft', 200);
const gapMs = option('gap', 20);
const tokens = option('tokens', 100);

const head = '{"id":"chatcmpl-8f3a2c","object":"chat.completion.chunk","created":1764000000,"model":"m","choices":[{"index":0,"delta":';
const token = (text) => `data: ${head}{"content":"${text}"},"logprobs":null,"finish_reason":null}]}\n\n`;
const last = (serial, count) =>
  `data: ${head}{},"logprobs":null,"finish_reason":"stop"}]}\n\ndata: {"id":"chatcmpl-8f3a2c","object":"chat.completion.chunk","created":1764000000,"model":"m","choices":[],"usage":{"prompt_tokens":${serial},"completion_tokens":${count},"total_tokens":${serial + count}}}\n\ndata: [DONE]\n\n`;
const truths = [];
let serial = 0;

/** As fast as the socket takes them, many events a write. */
function flood(response, number, sent = 0) {
  const block = Buffer.from(token(' token').repeat(400));
  for (let written = sent; written < tokens; written += 400) {
    if (response.write(block)) continue;
    response.once('drain', () => flood(response, number, written + 400));
    return;
  }
  response.end(last(number, tokens));
}

/** A token as a chunk of HTTP's chunked encoding, ready for the socket: the server must cost less than the client it tests. */
const chunks = Array.from({ length: 10 }, (_, digit) => {
  const text = token(` t${digit}`);
  return Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n`);
});

/** One event a write, on an absolute schedule with a random phase so that streams don't move in step. */
function paced(response, number) {
  const truth = { serial: number, arrived: performance.now(), first: 0, gaps: [] };
  const start = truth.arrived + ttftMs * (0.75 + Math.random() / 2);
  const { socket } = response;
  let sent = 0;
  let before = 0;
  const tick = () => {
    for (let now = performance.now(); sent < tokens && start + sent * gapMs <= now; sent++) {
      const at = performance.now();
      socket.write(chunks[sent % 10]);
      if (sent === 0) truth.first = at - truth.arrived;
      else truth.gaps.push(at - before);
      before = at;
    }
    if (sent < tokens) {
      setTimeout(tick, Math.max(0, start + sent * gapMs - performance.now()));
      return;
    }
    truth.done = performance.now();
    truths.push(truth);
    response.end(last(number, tokens));
  };
  response.flushHeaders();
  tick();
}

/** The whole answer at once. */
function quick(response, number) {
  response.end(token(' t').repeat(tokens) + last(number, tokens));
}

const answers = { flood, paced, quick };
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.method !== 'POST') {
      const body = { '/health': {}, '/v1/models': { object: 'list', data: [{ id: 'm', object: 'model' }] } }[request.url];
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? {}));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const number = serial++;
    answers[mode](response, number);
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(server.address().port));
process.stdin.on('data', (text) => {
  if (String(text).includes('truth')) console.log(JSON.stringify({ truths, cpu: process.cpuUsage() }));
});
process.stdin.on('end', () => process.exit());
