import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importText, problemsOf } from './logs.ts';

const lines = (...objects: object[]): string => objects.map((object) => `${JSON.stringify(object)}\n`).join('');

describe('formats are recognised by their columns', () => {
  it('Azure 2024, with a zone', async () => {
    const result = await importText('TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,2162,5\n2024-05-10 02:00:01+02:00,2399,6\n');
    expect(result).toMatchObject({
      format: 'azure',
      requests: 2,
      span_s: 0.99007,
      cached_share: null,
      input_tokens: { total: 4561 },
      output_tokens: { total: 11 },
    });
    expect(result.notes.map(({ code }) => code)).not.toContain('workload.zone');
  });

  it('BurstGPT, whose clock starts at zero', async () => {
    const result = await importText(
      'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45,GPT-4,1087,230,1317,API log\n',
    );
    expect(result).toMatchObject({ format: 'burstgpt', span_s: 40, first_at: null, input_tokens: { total: 1559 } });
    expect(result.by_model.map(({ name, requests }) => [name, requests])).toEqual([
      ['GPT-4', 1],
      ['ChatGPT', 1],
    ]);
    expect(result.notes.map(({ code }) => code)).toContain('workload.relative-clock');
  });

  it('Mooncake, with the cached share its prefix blocks allow', async () => {
    const log = lines(
      { timestamp: 0, input_length: 1100, output_length: 10, hash_ids: [0, 1, 2] },
      { timestamp: 3000, input_length: 1200, output_length: 20, hash_ids: [0, 1, 3] },
    );
    const result = await importText(log, {}, 'mooncake.jsonl');
    expect(result).toMatchObject({ format: 'mooncake', span_s: 3, input_tokens: { total: 2300 } });
    expect(result.cached_share).toBeCloseTo(1024 / 2300, 9);
    expect(result.cached_rule.basis).toMatch(/upper bound/);
  });

  it('LiteLLM spend logs: failures without tokens dropped, by model and team', async () => {
    const log = [
      'request_id,call_type,api_key,spend,total_tokens,prompt_tokens,completion_tokens,startTime,endTime,model,team_id,status,messages',
      'r1,acompletion,sk-1,0.1,120,100,20,2026-11-01 10:00:00.000,2026-11-01 10:00:02.000,gpt-4o,a,success,"[{""content"": ""secret, with\nnewline""}]"',
      'r2,acompletion,sk-1,0,0,0,0,2026-11-01 10:00:01.000,2026-11-01 10:00:02.000,gpt-4o,a,failure,x',
      'r3,acompletion,sk-1,0.1,300,250,50,2026-11-01 10:00:02.500,2026-11-01 10:00:02.000,gpt-4o-mini,b,success,y',
    ].join('\n');
    const result = await importText(`${log}\n`);
    expect(result).toMatchObject({ format: 'litellm', requests: 2, dropped: { failed_request: 1 }, input_tokens: { total: 350 }, cached_share: null });
    expect(result.by_team.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(JSON.stringify(result)).not.toMatch(/secret|sk-1/);
  });

  it('LiteLLM daily tables hold totals', async () => {
    const result = await importText(
      'date,api_requests,successful_requests,prompt_tokens,completion_tokens,cache_read_input_tokens,model\n2026-11-01,100,99,50000,9000,20000,gpt-4o\n2026-11-02,300,300,150000,21000,30000,gpt-4o\n',
    );
    expect(result).toMatchObject({
      ...{ format: 'litellm-daily', aggregated: true, requests: 400, span_s: 172_800, cached_share: 0.25, burstiness_cv: null, joint_histogram: null },
      input_tokens: { mean: 500, p50: null, p95: null, p99: null, total: 200_000 },
      peak_to_average: { minute: null, hour: null },
    });
  });

  it('Langfuse observations: generations only, input types added up', async () => {
    const log = lines(
      {
        id: 'o1',
        type: 'GENERATION',
        start_time: '2026-11-01 10:00:00.123456',
        provided_model_name: 'claude-sonnet-4',
        usage_details: { input: 100, input_cached_tokens: 900, output: 50 },
        input: 'never read',
      },
      { id: 'o2', type: 'SPAN', start_time: '2026-11-01 10:00:01.000000', usage_details: {} },
      {
        id: 'o3',
        type: 'GENERATION',
        start_time: '2026-11-01 10:00:02.123456',
        provided_model_name: 'gpt-4o',
        usage_details: { input: 1000, input_cached_tokens: 200, output: 50, total: 1050 },
      },
    );
    const result = await importText(log, {}, 'observations.jsonl');
    expect(result).toMatchObject({
      format: 'langfuse',
      requests: 2,
      dropped: { not_a_model_call: 1 },
      input_tokens: { total: 2000 },
      cached_share: 0.55,
      cached_rule: { rule: 'exclusive' },
    });
    expect(result.notes.map(({ code }) => code)).toContain('workload.inclusive-usage');
  });

  const openai = {
    object: 'page',
    data: [
      {
        object: 'bucket',
        start_time: 1_762_041_600,
        end_time: 1_762_045_200,
        results: [
          {
            object: 'organization.usage.completions.result',
            input_tokens: 1000,
            input_cached_tokens: 800,
            output_tokens: 500,
            num_model_requests: 5,
            project_id: null,
            model: 'gpt-4o',
            batch: null,
          },
          {
            object: 'organization.usage.completions.result',
            input_tokens: 3000,
            input_cached_tokens: 0,
            output_tokens: 100,
            num_model_requests: 15,
            project_id: null,
            model: 'gpt-4o-mini',
            batch: null,
          },
        ],
      },
      { object: 'bucket', start_time: 1_762_045_200, end_time: 1_762_048_800, results: [] },
    ],
    has_more: false,
    next_page: null,
  };

  it.each([
    ['on one line', JSON.stringify(openai)],
    ['pretty-printed', JSON.stringify(openai, null, 2)],
  ])('OpenAI usage, %s: cached tokens are inside the input; an empty bucket is time too', async (_, text) => {
    const result = await importText(text, {}, 'usage.json');
    expect(result).toMatchObject({
      format: 'openai-usage',
      requests: 20,
      span_s: 7200,
      cached_share: 0.2,
      input_tokens: { mean: 200, p50: null, total: 4000 },
      cached_rule: { rule: 'inclusive' },
    });
    expect(result.notes.map(({ code }) => code)).toContain('workload.aggregated');
  });

  it('the same page fetched twice is counted once', async () => {
    const result = await importText(`${JSON.stringify(openai)}\n${JSON.stringify(openai)}\n`, {}, 'usage.jsonl');
    expect(result).toMatchObject({ requests: 20, dropped: { duplicate_id: 3 } });
  });

  it('Anthropic usage: cached reads and both spellings of cache writes are added; requests are not counted', async () => {
    const bucket = (at: string, until: string, result: object) => ({ starting_at: at, ending_at: until, results: [result] });
    const report = {
      data: [
        bucket('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', {
          ...{ uncached_input_tokens: 100, cache_read_input_tokens: 700, output_tokens: 50, model: 'claude-sonnet-4' },
          cache_creation: { ephemeral_5m_input_tokens: 150, ephemeral_1h_input_tokens: 50 },
        }),
        bucket('2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z', {
          uncached_input_tokens: 200,
          cache_read_input_tokens: 300,
          cache_creation_5m_input_tokens: 500,
          output_tokens: 50,
          model: 'claude-sonnet-4',
        }),
      ],
      has_more: false,
    };
    const result = await importText(JSON.stringify(report), {}, 'usage.json');
    expect(result).toMatchObject({
      format: 'anthropic-usage',
      requests: null,
      requests_per_s: null,
      input_tokens: { mean: null, total: 2000 },
      output_tokens: { total: 100 },
      cached_share: 0.5,
      cached_rule: { rule: 'exclusive' },
    });
  });

  it('Helicone', async () => {
    const result = await importText(
      'response_id,response_created_at,response_status,request_created_at,request_body,model,prompt_tokens,completion_tokens,latency,cost\n1,2026-11-01T10:00:02Z,200,2026-11-01T10:00:00Z,"{""a"": 1}",gpt-4o,10,5,900,0.1\n2,2026-11-01T10:00:02Z,500,2026-11-01T10:00:01Z,{},gpt-4o,,,900,0\n',
    );
    expect(result).toMatchObject({ format: 'helicone', requests: 1, dropped: { failed_request: 1 }, input_tokens: { total: 10 } });
  });

  it('OpenRouter activity, an array of objects', async () => {
    const day = (date: string) => ({
      date,
      model: 'meta-llama/llama-3.3-70b-instruct',
      providerName: 'X',
      usage: 0.1,
      requests: 10,
      promptTokens: 1000,
      completionTokens: 300,
      reasoningTokens: 20,
    });
    const result = await importText(JSON.stringify({ data: [day('2026-11-01'), day('2026-11-02')] }, null, 1), {}, 'activity.json');
    expect(result).toMatchObject({ format: 'openrouter-activity', requests: 20, input_tokens: { mean: 100 }, output_tokens: { mean: 30 } });
  });

  it('OpenTelemetry spans, as OTLP JSON: agent steps are not model calls', async () => {
    const span = (id: string, operation: string, second: number) => ({
      ...{ spanId: id, startTimeUnixNano: `${1_762_041_600 + second}000000000` },
      attributes: [
        { key: 'gen_ai.operation.name', value: { stringValue: operation } },
        { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } },
        { key: 'gen_ai.usage.input_tokens', value: { intValue: '400' } },
        { key: 'gen_ai.usage.output_tokens', value: { intValue: '40' } },
        { key: 'gen_ai.usage.cache_read.input_tokens', value: { intValue: '100' } },
      ],
    });
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
    const log = lines({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span('a', 'chat', 0), span('b', 'invoke_agent', 0), span('c', 'chat', 2)] }] }] });
    const result = await importText(log, {}, 'traces.jsonl');
    expect(result).toMatchObject({ format: 'otel', requests: 2, span_s: 2, dropped: { not_a_model_call: 1 }, cached_share: 0.25 });
    expect(result.by_team[0]?.name).toBe('shop');
  });

  it('flat OpenTelemetry columns', async () => {
    const result = await importText(
      'start_time,gen_ai.request.model,gen_ai.usage.input_tokens,gen_ai.usage.output_tokens\n2026-11-01T10:00:00Z,m,5,6\n2026-11-01T10:00:01Z,m,5,6\n',
    );
    expect(result).toMatchObject({ format: 'otel', requests: 2 });
  });

  it('nested usage of a generic JSON log, in an array', async () => {
    const row = (second: number) => ({
      created_at: `2026-11-01T10:00:0${second}Z`,
      model: 'm',
      usage: { prompt_tokens: 100, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 64 } },
    });
    const result = await importText(JSON.stringify([row(1), row(2)], null, 2), {}, 'log.json');
    expect(result).toMatchObject({ format: 'generic', requests: 2, cached_share: 0.64, cached_rule: { rule: 'inclusive' } });
    expect(result.notes.map(({ code }) => code)).toContain('workload.cached-assumed');
  });
});

describe('cached tokens', () => {
  const log =
    'timestamp,input_tokens,output_tokens,cache_read_input_tokens,cache_creation_input_tokens\n2026-11-01T10:00:00Z,100,10,300,100\n2026-11-01T10:00:01Z,100,10,300,100\n';

  it("Anthropic's names mean exclusive: all input is the sum", async () => {
    expect(await importText(log)).toMatchObject({ cached_rule: { rule: 'exclusive' }, input_tokens: { mean: 500 }, cached_share: 0.6 });
  });

  it('a flag wins over the names', async () => {
    expect(await importText(log.replaceAll(',100,10,', ',900,10,'), { cached: 'inclusive' })).toMatchObject({
      cached_rule: { rule: 'inclusive' },
      input_tokens: { mean: 900 },
      cached_share: 0.333333333333,
    });
  });

  it('more cached than all input is never a profile in silence', async () => {
    const problems = await problemsOf(log, { cached: 'inclusive' });
    expect(problems[0]).toMatchObject({ code: 'workload.nothing-left' });
    expect(problems[0]?.message).toMatch(/2 x more cached input tokens than input tokens \(first at line 2\)/);
  });
});

describe('columns by flags', () => {
  const log = 'when;prompt;reply;who\n2026-11-01 10:00:00;10;1;x\n2026-11-01 10:00:05;30;3;y\n';

  it('any names, any delimiter', async () => {
    const result = await importText(log, { named: { timestamp: 'when', input: 'prompt', output: 'reply', team: 'who' } });
    expect(result).toMatchObject({
      format: 'generic',
      requests: 2,
      input_tokens: { mean: 20 },
      columns: { timestamp: 'when', input: 'prompt', output: 'reply', team: 'who' },
    });
    expect(result.by_team).toHaveLength(2);
  });

  it('without them, every missing column at once, with the flags to type', async () => {
    const problems = await problemsOf(log);
    expect(problems.map(({ code, message, hint }) => [code, message, hint])).toEqual([
      [
        'workload.column-not-found',
        'No column of times or input token counts or output token counts was recognised in log.csv, read as request log; it has "when", "prompt", "reply", "who".',
        'Name the columns: --timestamp COLUMN --input COLUMN --output COLUMN.',
      ],
    ]);
  });

  it('a file without a header line is told from one with odd names', async () => {
    expect((await problemsOf('2026-11-01 10:00:00,10,1\n2026-11-01 10:00:05,30,3\n'))[0]?.hint).toMatch(/^The first line looks like data: add a header line\./);
  });

  it('a misspelt one suggests the nearest', async () => {
    const [problem] = await problemsOf(log, { named: { timestamp: 'when', input: 'promt', output: 'reply' } });
    expect(problem).toMatchObject({ code: 'workload.no-such-column', hint: 'Did you mean --input "prompt"?' });
  });

  it('a column of request counts makes rows totals', async () => {
    const result = await importText('day,calls,prompt_tokens,completion_tokens\n2026-11-01,4,400,40\n2026-11-02,6,600,60\n', {
      named: { timestamp: 'day', requests: 'calls' },
    });
    expect(result).toMatchObject({ aggregated: true, requests: 10, input_tokens: { mean: 100, p50: null } });
  });

  it('only one model, or only one team', async () => {
    const two = 'timestamp,input_tokens,output_tokens,model\n2026-11-01T10:00:00Z,10,1,a\n2026-11-01T10:00:01Z,30,3,b\n2026-11-01T10:00:02Z,50,5,b\n';
    expect(await importText(two, { onlyModels: ['b'] })).toMatchObject({ requests: 2, rows_filtered: 1, rows_read: 3, input_tokens: { mean: 40 } });
    expect((await problemsOf(two, { onlyModels: ['c'] }))[0]?.message).toMatch(/3 x another model or team than asked for/);
  });
});

it('gzip is opened whatever the name; a cut one is an error', async () => {
  const text = `timestamp,input_tokens,output_tokens\n${'2026-11-01T10:00:00Z,10,1\n'.repeat(5000)}`;
  expect(await importText(gzipSync(text))).toMatchObject({ requests: 5000 });
  const [problem] = await problemsOf(gzipSync(text).subarray(0, 60));
  expect(problem).toMatchObject({ code: 'workload.gzip' });
});
