import { describe, expect, test } from 'vitest';
import { refusal } from '../../src/bench/run/autocannon.ts';
import type { WireTarget } from '../../src/bench/target/wire.ts';
import { bench, type FakeRequest, jsonReply, type SetupChanges, withEndpoint } from '../helpers/fake-endpoint.ts';

const levels: SetupChanges['levels'] = [{ load: { kind: 'closed', concurrency: 3 }, stop: { requests: 30, duration_s: null } }];
const embed = (request: FakeRequest) => ({
  ...jsonReply(200, { data: [{ embedding: [1] }], usage: { prompt_tokens: 20 + (request.serial % 2) } }),
  parts: [{ at_ms: 25, bytes: JSON.stringify({ data: [{ embedding: [1] }], usage: { prompt_tokens: 20 } }) }],
});

describe('autocannon as a second opinion', () => {
  test('agrees with our own client on embeddings', async () => {
    const both = await withEndpoint(embed, async (endpoint) => {
      const one = (client: 'own' | 'autocannon') => bench(endpoint.url, { client, levels, target: { api: 'embeddings' } });
      return [await one('own'), await one('autocannon')].map(({ measurement }) => measurement.points[0]);
    });
    for (const point of both) {
      expect(point).toMatchObject({ requests: 30, ok: 30, errors: {}, tokens: { input: 600, output: 0, source: 'usage' } });
      expect(point?.ttft_ms?.p50).toBeGreaterThanOrEqual(24);
      expect(point?.ttft_ms?.p50).toBeLessThan(90);
    }
  });

  test('failures keep their class', async () => {
    const { measurement } = await withEndpoint(
      () => jsonReply(429, { error: 'slow' }),
      (endpoint) => bench(endpoint.url, { client: 'autocannon', levels, target: { api: 'embeddings' } }),
    );
    expect(measurement.points[0]).toMatchObject({ requests: 30, ok: 0, errors: { http_429: 30 } });
  });

  const target = { api: 'embeddings', origin: 'http://127.0.0.1:1', has_key: false } as WireTarget;
  const closed = { load: { kind: 'closed', concurrency: 1 }, stop: { requests: 5, duration_s: null } } as const;

  test.each([
    ['streams', { ...target, api: 'chat' as const }, closed],
    ['TLS', { ...target, origin: 'https://h' }, closed],
    ['keys', { ...target, has_key: true }, closed],
    ['rates', target, { ...closed, load: { kind: 'open', rate: 5, arrivals: 'poisson', burstiness: 1 } as const }],
    ['timed runs', target, { ...closed, stop: { requests: null, duration_s: 5 } }],
  ])('is refused for %s', (_what, wire, spec) => {
    expect(refusal(wire, spec)).not.toBeNull();
  });

  test('is allowed where it is right', () => {
    expect(refusal(target, closed)).toBeNull();
  });
});
