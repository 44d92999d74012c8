import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chatStream } from '../../src/bench/demo/replies.ts';
import { parseRecord } from '../../src/bench/measure/record.ts';
import { loadMeasurement } from '../../src/files/load.ts';
import { type FakeRequest, jsonReply, modelServer, startFakeEndpoint, withEndpoint } from '../helpers/fake-endpoint.ts';
import { run, sleep, start, until } from './spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fast = (request: FakeRequest) => chatStream({ ttft_ms: 10, gap_ms: 2, tokens: 8, input_tokens: request.serial + 1 });
const slow = () => chatStream({ ttft_ms: 300, gap_ms: 100, tokens: 25, input_tokens: 3 });
const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');

describe('bench TARGET', () => {
  test('JSON on stdout and nothing else, records with the promised keys', async () => {
    const records = join(folder, 'a.jsonl');
    const { stdout, code } = await withEndpoint(fast, (endpoint) =>
      run([endpoint.url, '--model', 'm', '--concurrency', '1,4', '--requests', '12', '--format', 'json', '--records', records]),
    );
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining(['schema_version', 'started_at', 'target', 'environment', 'seed', 'points', 'excluded', 'telemetry']),
    );
    expect(result.target).toMatchObject({ model: 'm', api: 'chat', server: null, usd_per_hour: null, price_card: null });
    expect(result.points.map((point: { requests: number }) => point.requests)).toEqual([12, 12]);
    expect(result.points[1]).toMatchObject({
      concurrency: 4,
      rate: null,
      arrivals: 'closed',
      ok: 12,
      errors: {},
      tokens: { output: 96, source: 'usage' },
      tokens_per_chunk: 1,
      usd: null,
    });
    expect(result.excluded).toEqual({ warmup: 10, aborted: 0 });
    expect(lines(records)).toHaveLength(24);
    for (const line of lines(records)) {
      expect(Object.keys(JSON.parse(line))).toEqual(
        expect.arrayContaining([
          'id',
          't_sched_ms',
          't_send_ms',
          't_first_ms',
          't_last_ms',
          'chunks',
          'input_tokens',
          'output_tokens',
          'finish_reason',
          'error',
        ]),
      );
    }
  });

  test('what it writes with --out a scenario can read', async () => {
    const out = join(folder, 'm.json');
    await withEndpoint(fast, (endpoint) => run([endpoint.url, '--model', 'm', '--requests', '5', '--usd-per-hour', '2', '--out', out]));
    expect(loadMeasurement(out)).toMatchObject({ schema_version: 1, target: { usd_per_hour: 2 }, points: [{ requests: 5, ok: 5 }] });
  });

  test('exit 2 when no request succeeded, and the result all the same', async () => {
    const { stdout, code } = await withEndpoint(
      () => jsonReply(500, { error: 'down' }),
      (endpoint) => run([endpoint.url, '--model', 'm', '--requests', '3', '--format', 'json']),
    );
    expect(code).toBe(2);
    expect(JSON.parse(stdout).points[0]).toMatchObject({ requests: 3, ok: 0, errors: { http_5xx: 3 }, ttft_ms: null });
  });

  test('exit 0 when only some did', async () => {
    let posts = 0;
    const { code } = await withEndpoint(
      (request) => (posts++ % 2 === 0 ? jsonReply(500, { error: 'down' }) : fast(request)),
      (endpoint) => run([endpoint.url, '--model', 'm', '--requests', '4']),
    );
    expect(code).toBe(0);
  });

  test('a model the server does not list is a warning', async () => {
    const { code, stderr } = await withEndpoint(fast, (endpoint) => run([endpoint.url, '--model', 'other', '--requests', '2']));
    expect(code).toBe(0);
    expect(stderr).toContain('does not list the model other');
  });

  test('the only model listed is taken without being named', async () => {
    const { stdout } = await withEndpoint(fast, (endpoint) => run([endpoint.url, '--requests', '2', '--format', 'json']));
    expect(JSON.parse(stdout).target.model).toBe('m');
  });

  test('every mistake at once, exit 2, empty stdout', async () => {
    const { code, stdout, stderr } = await run(['http://127.0.0.1:9', '--concurrency', 'four', '--requests', '-1', '--arrivals', 'sometimes', '--rate', '3']);
    expect([code, stdout]).toEqual([2, '']);
    for (const part of ['--requests', '--arrivals', 'one of --concurrency, --rate']) expect(stderr).toContain(part);
  });

  test('a target file with a mistake is shown with its line', async () => {
    const path = join(folder, 'target.yaml');
    writeFileSync(path, 'version: 1\nurl: http://127.0.0.1:9\nmodle: m\n');
    const { code, stderr } = await run([path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/target\.yaml:3/);
    expect(stderr).toContain('model');
  });

  test('worker threads give the same counts as one thread', async () => {
    const { stdout, code } = await withEndpoint(fast, (endpoint) =>
      run([
        endpoint.url,
        '--model',
        'm',
        '--concurrency',
        '8',
        '--requests',
        '40',
        '--threads',
        '3',
        '--format',
        'json',
        '--records',
        join(folder, 'threads.jsonl'),
      ]),
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout).points[0]).toMatchObject({ requests: 40, ok: 40, tokens: { output: 320 } });
    const ids = lines(join(folder, 'threads.jsonl')).map((line) => JSON.parse(line).id);
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });
});

describe('Ctrl-C', () => {
  test('once: drains, writes, exits 130', async () => {
    const { stdout, code, posts } = await interruptedRun([400]);
    expect(code).toBe(130);
    const result = JSON.parse(stdout);
    expect(result.excluded.aborted).toBe(0);
    expect(result.points[0].ok).toBe(posts);
  });

  test('twice: stops now, still writes, exits 130; what was cut is no failure', async () => {
    const { stdout, code } = await interruptedRun([400, 200]);
    expect(code).toBe(130);
    const result = JSON.parse(stdout);
    expect(result.excluded.aborted).toBe(4);
    expect(result.points[0].errors).toEqual({});
  });

  async function interruptedRun(pauses: readonly number[]) {
    const endpoint = await startFakeEndpoint(modelServer(slow));
    const started = start([endpoint.url, '--model', 'm', '--concurrency', '4', '--duration', '30s', '--warmup', '0', '--format', 'json']);
    const { child, done } = started;
    await until(started, () => endpoint.requests.some((request) => request.method === 'POST'));
    for (const pause of pauses) {
      await sleep(pause);
      child.kill('SIGINT');
    }
    const finished = await done;
    const posts = endpoint.requests.filter((request) => request.method === 'POST').length;
    await endpoint.close();
    return { ...finished, posts };
  }
});

describe('records', () => {
  test('kill -9 at a random moment, 50 times: every line but the last is whole, nothing that ended is lost', async () => {
    const one = async (attempt: number) => {
      const records = join(folder, `kill-${attempt}.jsonl`);
      // A server of its own counts what it finished for this run only.
      const own = await startFakeEndpoint(modelServer(fast), { remember: false });
      const started = start([own.url, '--model', 'm', '--concurrency', '4', '--requests', '100000', '--records', records]);
      const { child, done } = started;
      await until(started, () => own.finished() > 0);
      await sleep(Math.random() * 250);
      child.kill('SIGKILL');
      await done;
      const finished = own.finished();
      await own.close();
      const all = lines(records);
      const whole = all.map(parseRecord).filter((record) => record !== null);
      expect(all.length - whole.length).toBeLessThanOrEqual(1);
      // The server has finished writing a little before we have read: those were in flight. GETs of the start are no requests.
      expect(whole.length).toBeGreaterThanOrEqual(finished - PROBES - 4);
      expect(new Set(whole.map((record) => record.id)).size).toBe(whole.length);
    };
    for (let attempt = 0; attempt < 50; attempt += 5) await Promise.all(Array.from({ length: 5 }, (_, index) => one(attempt + index)));
  }, 180_000);

  /** Small requests before the run: model list, versions, metrics. */
  const PROBES = 8;

  test('bench resume goes on where a killed run stopped; bench report reads what is left', async () => {
    const records = join(folder, 'resume.jsonl');
    const endpoint = await startFakeEndpoint(modelServer(fast));
    const started = start([endpoint.url, '--model', 'm', '--concurrency', '2,4', '--requests', '60', '--records', records]);
    const { child, done } = started;
    await until(started, () => endpoint.requests.length >= 40);
    child.kill('SIGKILL');
    await done;

    const report = await run(['report', records, '--format', 'json']);
    const before = JSON.parse(report.stdout);
    expect(before.warnings[0]).toContain('bench resume');
    expect(before.points[0].ok).toBeGreaterThan(0);
    expect(before.points[0].ok).toBeLessThan(60);

    const resumed = await run(['resume', records, '--format', 'json']);
    expect(resumed.code).toBe(0);
    const points = JSON.parse(resumed.stdout).points as { ok: number; requests: number }[];
    expect(points.map(({ ok, requests }) => [ok, requests])).toEqual([
      [60, 60],
      [60, 60],
    ]);
    const ids = lines(records).map((line) => JSON.parse(line).id as number);
    expect([...ids].sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, index) => index));
    await endpoint.close();
  });

  test('report adds up machines that ran at once', async () => {
    const endpoint = await startFakeEndpoint(modelServer(fast));
    const files = [join(folder, 'pod-0.jsonl'), join(folder, 'pod-1.jsonl')];
    await Promise.all(
      files.map((records) => run([endpoint.url, '--model', 'm', '--concurrency', '3', '--duration', '2s', '--warmup', '0', '--records', records])),
    );
    await endpoint.close();
    const { stdout } = await run(['report', ...files, '--format', 'json']);
    const { points, environment } = JSON.parse(stdout);
    expect(environment.machines).toBe(2);
    expect(points).toHaveLength(1);
    expect(points[0].concurrency).toBe(6);
    expect(points[0].ok).toBe(files.flatMap(lines).length);
  });
});

describe('money and keys', () => {
  const CANARY = 'sk-canary-4f9d1c0b7a';
  const priced = ['--input-usd-per-mtok', '10', '--output-usd-per-mtok', '100'];

  test('the key goes to the server and nowhere else: no file, no output, not even when the server repeats it', async () => {
    const home = mkdtempSync(join(tmpdir(), 'bench-canary-'));
    let seen = 0;
    const endpoint = await startFakeEndpoint((request) => {
      const key = request.headers.authorization ?? '';
      if (key.includes(CANARY)) seen++;
      if (request.method === 'GET') return request.path === '/v1/models' ? jsonReply(200, { data: [{ id: `model-${key}` }] }) : jsonReply(404, { error: key });
      return request.serial % 2 === 0 ? jsonReply(401, { error: { message: `bad key: ${key} ${encodeURIComponent(key)}` } }) : fast(request);
    });
    const args = [
      endpoint.url,
      '--model',
      'm',
      '--requests',
      '6',
      '--api-key-env',
      'BENCH_CANARY',
      '--records',
      'r.jsonl',
      '--out',
      'm.json',
      '--from-bench',
      'o.yaml',
      '--usd-per-hour',
      '1',
      '--debug',
    ];
    const result = await run(args, { BENCH_CANARY: CANARY, NODE_OPTIONS: '--report-on-fatalerror --report-uncaught-exception' }, home);
    const again = await run(['report', 'r.jsonl', '--format', 'markdown'], { BENCH_CANARY: CANARY }, home);
    await endpoint.close();
    const files = readdirSync(home).map((name) => readFileSync(join(home, name), 'utf8'));
    rmSync(home, { recursive: true });
    expect(seen).toBeGreaterThan(6);
    expect(files).toHaveLength(4);
    for (const text of [result.stdout, result.stderr, again.stdout, again.stderr, ...files]) expect(text).not.toContain('canary');
    expect(result.stderr).toContain('[redacted]');
  });

  test('a crash report of Node does not hold it either', async () => {
    const home = mkdtempSync(join(tmpdir(), 'bench-crash-'));
    const endpoint = await startFakeEndpoint(modelServer(slow));
    const started = start(
      [endpoint.url, '--model', 'm', '--requests', '6', '--api-key-env', 'BENCH_CANARY'],
      { BENCH_CANARY: CANARY, NODE_OPTIONS: `--report-on-signal --report-signal=SIGUSR2 --report-directory=${home}` },
      home,
    );
    const { child, done } = started;
    await until(started, () => endpoint.requests.some((request) => request.method === 'POST'));
    child.kill('SIGUSR2');
    await until(started, () => readdirSync(home).length > 0);
    await sleep(300);
    child.kill('SIGKILL');
    await done;
    await endpoint.close();
    const report = readdirSync(home)
      .map((name) => readFileSync(join(home, name), 'utf8'))
      .join();
    rmSync(home, { recursive: true });
    expect(report).toContain('environmentVariables');
    expect(report).not.toContain('canary');
  });

  test('a redirect to another host is refused with the key', async () => {
    const other = await startFakeEndpoint(fast);
    const { stdout, code } = await withEndpoint(
      () => ({ status: 307, headers: { location: `${other.url}/v1/chat/completions` }, parts: [], finish: 'end' }),
      (endpoint) => run([endpoint.url, '--model', 'm', '--requests', '3', '--api-key-env', 'BENCH_CANARY', '--format', 'json'], { BENCH_CANARY: CANARY }),
    );
    await other.close();
    expect(code).toBe(2);
    expect(JSON.parse(stdout).points[0].errors).toEqual({ http_4xx: 3 });
    expect(other.requests).toHaveLength(0);
  });

  test('a missing key is said before anything is sent', async () => {
    const { code, stderr, stdout } = await run(['http://127.0.0.1:9', '--model', 'm', '--api-key-env', 'BENCH_NO_SUCH_KEY']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('BENCH_NO_SUCH_KEY is not set');
  });

  test('paid calls need a yes or a cap', async () => {
    const { code, stderr, endpoint } = await withEndpoint(fast, async (endpoint) => ({
      ...(await run([endpoint.url, '--model', 'm', '--requests', '5', ...priced])),
      endpoint,
    }));
    expect(code).toBe(2);
    expect(stderr).toMatch(/about 7 paid requests/);
    expect(stderr).toContain('--yes');
    expect(endpoint.requests).toHaveLength(0);
  });

  test('--max-spend-usd 0.01 stops within one request per connection', async () => {
    // 100 input and 8 output tokens: $0.001 + $0.0008 = $0.0018 a request; 6 are $0.0108.
    const answer = () => chatStream({ ttft_ms: 10, gap_ms: 1, tokens: 8, input_tokens: 100 });
    const concurrency = 3;
    const args = [
      '--model',
      'm',
      '--concurrency',
      String(concurrency),
      '--requests',
      '200',
      '--warmup',
      '0',
      '--input',
      '100',
      '--output',
      '8',
      ...priced,
      '--max-spend-usd',
      '0.01',
      '--format',
      'json',
    ];
    const { stdout, stderr, posts } = await withEndpoint(answer, async (endpoint) => {
      const result = await run([endpoint.url, ...args]);
      return { ...result, posts: endpoint.requests.filter((request) => request.method === 'POST').length };
    });
    const [point] = JSON.parse(stdout).points;
    expect(point.usd.total).toBeCloseTo(posts * 0.0018, 9);
    expect(point.usd.total).toBeGreaterThan(0.008);
    expect(point.usd.total).toBeLessThanOrEqual(0.01 + concurrency * 0.0018);
    expect(point.ok + point.errors.spend_cap).toBe(200);
    expect(stderr).toContain('spending cap');
  });

  test('a price card of the catalog prices usage', async () => {
    const answer = () => chatStream({ ttft_ms: 5, gap_ms: 1, tokens: 100, input_tokens: 1000 });
    const { stdout } = await withEndpoint(answer, (endpoint) =>
      run([endpoint.url, '--model', 'm', '--requests', '4', '--warmup', '0', '--price-card', 'openai/gpt-4o', '--yes', '--format', 'json']),
    );
    const [point] = JSON.parse(stdout).points;
    // $2.50 and $10 a million: 0.0025 + 0.001.
    expect(point.usd.per_request).toBeCloseTo(0.0035, 9);
    expect(point.usd.per_mtok_output).toBeCloseTo(35, 6);
  });

  test('an unknown price card names its neighbours', async () => {
    const { code, stderr } = await run(['http://127.0.0.1:9', '--model', 'm', '--price-card', 'openai/gpt-4-oh']);
    expect(code).toBe(2);
    expect(stderr).toContain('openai/');
  });
});

describe('bench demo', () => {
  test('runs by itself and shows a knee', async () => {
    const { stdout, code } = await run(['demo', '--format', 'json']);
    expect(code).toBe(0);
    const { points } = JSON.parse(stdout);
    expect(points.map((point: { concurrency: number }) => point.concurrency)).toEqual([1, 4, 8]);
    expect(points[2].ttft_ms.p50).toBeGreaterThan(points[1].ttft_ms.p50 * 2);
    expect(points[1].usd.per_mtok_output).toBeGreaterThan(0);
  });
});
