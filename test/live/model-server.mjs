// A small OpenAI-compatible server in front of a real model: 4 slots, a queue, true prefill and decode, continuous batching. Prints its port.
// Usage: node model-server.mjs MODEL.gguf
import { createServer } from 'node:http';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

const SLOTS = 4;
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: 1, logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: process.argv[2] });
const context = await model.createContext({ contextSize: 2048, sequences: SLOTS, threads: 1, batchSize: 512 });
const free = Array.from({ length: SLOTS }, () => context.getSequence());
const waiting = [];

/** A free slot, or the next that becomes free. */
function takeSlot() {
  const slot = free.pop();
  return slot === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(slot);
}

function giveBack(slot) {
  const next = waiting.shift();
  if (next === undefined) free.push(slot);
  else next(slot);
}

/**
 * Steps of the whole batch: the next begins when every running request has its token. Left to themselves, requests queue their next
 * token while others are still sampling, node-llama-cpp never lets go of the context, and a free slot can't be cleared for a newcomer.
 */
const batch = {
  running: 0,
  waiting: [],
  join() {
    this.running += 1;
  },
  leave() {
    this.running -= 1;
    this.beginStep();
  },
  step() {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.beginStep();
    });
  },
  beginStep() {
    if (this.waiting.length < this.running) return;
    const ready = this.waiting;
    this.waiting = [];
    setImmediate(() => {
      for (const resolve of ready) resolve();
    });
  },
};

const send = (response, choices, more = {}) =>
  response.write(`data: ${JSON.stringify({ id: 'chatcmpl-live', object: 'chat.completion.chunk', model: 'random-bytes', choices, ...more })}\n\n`);

async function answer(request, response) {
  const prompt = request.messages.map((message) => message.content).join('\n');
  const tokens = [model.tokens.bos, ...model.tokenize(prompt)].slice(0, 1500);
  const slot = await takeSlot();
  await slot.clearHistory();
  batch.join();
  try {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    send(response, [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
    const wanted = request.max_tokens ?? 32;
    let written = 0;
    for await (const token of slot.evaluate(tokens, { temperature: 0, yieldEogToken: true })) {
      // The bytes of a random model are rarely text; what matters is that there is one chunk a token.
      send(response, [{ index: 0, delta: { content: String.fromCharCode(97 + (token % 26)) }, finish_reason: null }]);
      if (++written >= wanted || response.destroyed) break;
      await batch.step();
    }
    send(response, [{ index: 0, delta: {}, finish_reason: 'length' }]);
    if (request.stream_options?.include_usage)
      send(response, [], { usage: { prompt_tokens: tokens.length, completion_tokens: written, total_tokens: tokens.length + written } });
    response.end('data: [DONE]\n\n');
  } finally {
    batch.leave();
    giveBack(slot);
  }
}

const server = createServer((incoming, response) => {
  if (incoming.method === 'GET') {
    const known = incoming.url === '/v1/models';
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        known ? { object: 'list', data: [{ id: 'random-bytes', object: 'model', owned_by: 'llm-crossover' }] } : { error: { message: 'not found' } },
      ),
    );
    return;
  }
  let body = '';
  incoming.on('data', (bytes) => {
    body += bytes;
  });
  incoming.on('end', () => {
    answer(JSON.parse(body), response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on('end', () => process.exit());
