import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/files/problem.ts';
import { type CalibrateRequest, calibrateLog } from '../../../src/router/calibrate/run.ts';
import { findColumns } from '../../../src/router/log/columns.ts';
import { rowsOf } from '../../../src/router/log/rows.ts';
import { tableOf } from '../../../src/router/log/table.ts';
import { folder } from '../../cli/run.ts';

const NONE = { smallPrice: null, largePrice: null, smallUsd: null, largeUsd: null, small: null, large: null };

function read(text: string, columns = {}, options = {}) {
  const table = tableOf(text, 'log');
  return rowsOf(table, findColumns(table, columns), { ...NONE, ...options });
}

function problems(run: () => unknown): { code: string; line: number | null; message: string; hint: string | null }[] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ code, line, message, hint }) => ({ code, line, message, hint }));
    throw error;
  }
  return [];
}

describe('reading a log', () => {
  const expected = [
    { id: 'a', score: 0.25, small_quality: 0, large_quality: 1, small_usd: 0.001, large_usd: 0.02, small_ms: 120, large_ms: null },
    { id: 'b, "c"', score: -1.5, small_quality: 1, large_quality: null, small_usd: null, large_usd: 0.5, small_ms: null, large_ms: 900 },
  ];

  it.each([
    ['commas', 'id,score,small_correct,large_correct,small_cost,large_cost,small_ms,large_ms\na,0.25,0,1,0.001,0.02,120,\n"b, ""c""",-1.5,true,,NA,0.5,,900\n'],
    [
      'semicolons, CRLF and other spellings',
      '\ufeffID;Confidence;Small Correct;large-correct;small_usd;large_usd;small_latency_ms;large_ms\r\na;.25;False;TRUE;1e-3;0.02;120;\r\n"b, ""c""";-1.5;1;null;;0.5;nan;900',
    ],
    [
      'JSON Lines',
      '{"id":"a","score":0.25,"small_correct":false,"large_correct":true,"small_cost":0.001,"large_cost":0.02,"small_ms":120}\n\n{"id":"b, \\"c\\"","score":-1.5,"small_correct":1,"large_correct":null,"large_cost":0.5,"large_ms":900}\n',
    ],
    [
      'a JSON list',
      '[{"id":"a","score":0.25,"small_correct":0,"large_correct":1,"small_cost":0.001,"large_cost":0.02,"small_ms":120},{"id":"b, \\"c\\"","score":-1.5,"small_correct":1,"large_cost":0.5,"large_ms":900}]',
    ],
  ])('%s', (_, text) => expect(read(text).rows).toEqual(expected));

  it('takes names from flags, nested keys too, and line breaks in cells', () => {
    const text = '{"q":7,"eval":{"conf":0.5,"ok":true}}\n';
    expect(read(text, { id: 'q', score: 'eval.conf', smallCorrect: 'eval.ok' }).rows[0]).toMatchObject({ id: '7', score: 0.5, small_quality: 1 });
    expect(read('prompt,score\n"two\nlines",0.5\nx,0.75\n', { id: 'prompt' }).rows.map(({ id }) => id)).toEqual(['two\nlines', 'x']);
  });

  it('prices tokens where there are no costs', () => {
    const text = 'score,input_tokens,small_output_tokens,large_output_tokens\n0.5,1000,200,400\n';
    const options = { smallPrice: { input: 0.1, output: 0.2 }, largePrice: { input: 2.5, output: 10 } };
    // (1000 x 0.1 + 200 x 0.2) / 1e6 and (1000 x 2.5 + 400 x 10) / 1e6
    expect(read(text, {}, options).rows[0]).toMatchObject({ small_usd: 0.00014, large_usd: 0.0065 });
    expect(read('score\n0.5\n', {}, { smallUsd: 0.001 }).rows[0]).toMatchObject({ small_usd: 0.001, large_usd: null });
  });

  it('leaves out repeated ids and counts them', () =>
    expect(read('id,score\na,1\na,0\nb,1\n')).toMatchObject({ repeated: 1, rows: [{ id: 'a', score: 1 }, { id: 'b' }] }));
});

describe('the long form', () => {
  const text = [
    'query,method,conf,ok,usd',
    ...['x', 'y', 'z'].flatMap((id, i) => [`${id},local,0.${i + 1},${i % 2},0.1`, `${id},frontier,,1,0.7`, `${id},debate,,0,0.2`]),
  ].join('\n');
  const columns = { id: 'query', strategy: 'method', score: 'conf', correct: 'ok', cost: 'usd' };

  it('pairs two strategies and adds up all of them exactly', () => {
    const { rows, strategies } = read(text, columns, { small: 'local', large: 'frontier' });
    expect(rows).toHaveLength(3);
    expect(rows[1]).toEqual({ id: 'y', score: 0.2, small_quality: 1, large_quality: 1, small_usd: 0.1, large_usd: 0.7, small_ms: null, large_ms: null });
    expect(strategies).toEqual([
      { name: 'local', rows: 3, correct: 1, quality: 1 / 3, usd: 0.3 },
      { name: 'frontier', rows: 3, correct: 3, quality: 1, usd: 2.1 },
      { name: 'debate', rows: 3, correct: 0, quality: 0, usd: 0.6 },
    ]);
  });

  it('asks which strategies are meant', () => {
    expect(problems(() => read(text, columns))[0]).toMatchObject({ code: 'log.no-strategy', hint: 'Known: local, frontier, debate.' });
    expect(problems(() => read(text, columns, { small: 'locol', large: 'frontier' }))[0]).toMatchObject({ hint: 'Did you mean "local"?' });
  });
});

describe('logs with many strategies, however they are written', () => {
  // Sums by hand: cheap 0.0011 + 0.0022, right 1; big 0.013 + 0.027, right 2.
  const totals = [
    { name: 'cheap-0.5', rows: 2, correct: 1, quality: 0.5, usd: 0.0033 },
    { name: 'big', rows: 2, correct: 2, quality: 1, usd: 0.04 },
  ];
  const rows = [
    { id: 'x', score: 0.9, small_quality: 1, large_quality: 1, small_usd: 0.0011, large_usd: 0.013 },
    { id: 'y', score: 0.2, small_quality: 0, large_quality: 1, small_usd: 0.0022, large_usd: 0.027 },
  ];
  const named = { small: 'cheap-0.5', large: 'big' };

  it.each([
    [
      'a row each',
      'instance_id,Method,Confidence,Total Cost ($),Outcome\nx,cheap-0.5,0.9,$0.0011,pass\nx,big,,$0.013,pass\ny,cheap-0.5,0.2,$0.0022,fail\ny,big,,$0.027,pass\n',
    ],
    ['columns for each', 'id,cheap-0.5_score,cheap-0.5_cost_usd,cheap-0.5_correct,cost/big,correct/big\nx,0.9,0.0011,1,0.013,1\ny,0.2,0.0022,0,0.027,1\n'],
    [
      'nested objects',
      [
        { id: 'x', results: { 'cheap-0.5': { score: 0.9, cost: 0.0011, correct: true }, big: { cost: 0.013, correct: true } } },
        { id: 'y', results: { 'cheap-0.5': { score: 0.2, cost: 0.0022, correct: false }, big: { cost: 0.027, correct: true } } },
      ]
        .map((row) => JSON.stringify(row))
        .join('\n'),
    ],
  ])('%s', (_, text) => {
    const found = read(text, {}, named);
    expect(found.strategies).toEqual(totals);
    expect(found.rows).toMatchObject(rows);
  });

  it('a log of one model, with ids that repeat now and then, is not one of them', () =>
    expect(read('id,model,score\na,m,1\nb,m,0\na,m,1\nc,n,1\n')).toMatchObject({ repeated: 1, strategies: [] }));
});

describe('what a running cascade leaves unknown', () => {
  const request: CalibrateRequest = {
    ...{ columns: {}, against: null, costs: { mode: 'cascade', judge_usd: 0 }, target: { kind: 'share', value: 0.2 }, seed: 1, draws: 100, holdout: 0 },
    ...NONE,
  };
  const calibrated = (text: string) => calibrateLog(`${folder({ 'log.csv': text })}/log.csv`, request).report;
  // Only the two least sure went to the large model.
  const head = 'id,score,small_usd,large_usd\n';
  const log = `${head}a,0.1,0.001,0.02\nb,0.2,0.001,0.04\nc,0.8,0.001,\nd,0.9,0.001,\n`;

  it('has costs as far as the large model was asked, and says so', () => {
    const { frontier, warnings } = calibrated(log);
    expect(frontier.map(({ escalation, usd }) => [escalation, usd === null ? null : Number(usd.toFixed(12))])).toEqual([
      [0, 0.004],
      [0.25, 0.024],
      [0.5, 0.064],
      [0.75, null],
      [1, null],
    ]);
    const codes = warnings.map(({ code }) => code);
    expect(codes).toContain('calibration.cost_gaps');
    expect(codes).not.toContain('calibration.no_costs');
  });

  it('is no calibration where nothing was scored', () => {
    expect(problems(() => calibrated(`${head}a,,0.001,0.02\nb,NaN,0.001,0.02\n`))[0]).toMatchObject({ code: 'calibrate.no-scores' });
  });
});

describe('mistakes', () => {
  it.each([
    ['a cell that is no number', 'id,score\na,high\nb,0.1\nc,\u001b[31m\n', 'log.bad-cell', 2],
    ['a label above 1', 'score,small_correct\n0.5,0\n0.5,2\n', 'log.bad-cell', 3],
    ['a negative cost', 'score,small_cost\n0.5,-1\n', 'log.bad-cell', 2],
    ['a short row', 'id,score\na\n', 'log.ragged', 2],
    ['an open quote', 'id,score\n"a,1\n', 'log.quotes', 2],
    ['a column twice', 'id,score,score\na,1,2\n', 'log.column-twice', 1],
    ['a broken line', '{"score":1}\n{"score":\n', 'log.not-json', 2],
    ['no score', 'id,points\na,1\n', 'log.no-column', null],
    ['only a header', 'id,score\n', 'log.empty', null],
  ])('%s', (_, text, code, line) => expect(problems(() => read(text))[0]).toMatchObject({ code, line }));

  it('tells all bad cells at once, and all columns that are not there', () => {
    expect(problems(() => read('score\nx\ny\nz\n'))).toHaveLength(3);
    const found = problems(() => read('confidense,correct\n1,1\n', { score: 'confidence', smallCorrect: 'nope' }));
    expect(found.map(({ hint }) => hint)).toEqual(['Did you mean "confidense"?', 'Known: confidense, correct.']);
  });
});
