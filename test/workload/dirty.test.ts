import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { importLog } from '../../src/workload/import.ts';
import { profileYaml, toProfile } from '../../src/workload/profile.ts';
import { DEFAULTS, folder, importText, problemsOf, rows } from './logs.ts';

describe('bad rows are dropped, counted by reason, and the others kept', () => {
  it('every reason', async () => {
    const log = [
      'timestamp,input_tokens,output_tokens,request_id',
      '2026-11-01T10:00:00Z,100,10,a',
      '2026-11-01T10:00:01Z,,10,b',
      '2026-11-01T10:00:02Z,-100,10,c',
      '2026-11-01T10:00:03Z,1.5,10,d',
      '2026-11-01T10:00:04Z,NaN,10,e',
      '2026-11-01T10:00:05Z,many,10,f',
      '2026-11-01T10:00:06Z,1000000000,10,g',
      'soon,100,10,h',
      ',100,10,i',
      '1970-01-01T00:00:00Z,100,10,j',
      '2026-11-01T10:00:07Z,100,10,a',
      '2026-11-01T10:00:08Z,100,10',
      '2026-11-01T10:00:09Z,100,10,k,extra',
      '2026-11-01T10:00:10Z,300,30,l',
      '2026-11-01T10:0',
    ];
    const result = await importText(log.join('\n'));
    expect(result.dropped).toEqual({
      ...{ missing_tokens: 1, negative_tokens: 1, non_integer_tokens: 1, non_finite_tokens: 1, not_a_number_tokens: 1, too_large_tokens: 1 },
      ...{ unparseable_time: 1, missing_time: 1, implausible_time: 1, duplicate_id: 1, wrong_column_count: 2, truncated_last_line: 1 },
    });
    expect(result).toMatchObject({ requests: 2, rows_read: 15, span_s: 10, input_tokens: { total: 400 }, output_tokens: { total: 40 } });
    expect(result.notes.map(({ code }) => code)).toContain('workload.many-dropped');
  });

  it('the second of two rows with an id counts when the first was bad', async () => {
    const log = 'timestamp,input_tokens,output_tokens,id\n2026-11-01T10:00:00Z,,1,a\n2026-11-01T10:00:01Z,5,1,a\n2026-11-01T10:00:02Z,5,1,b\n';
    expect(await importText(log)).toMatchObject({ requests: 2, dropped: { missing_tokens: 1 } });
  });

  it('when all are bad it is an error with the reasons and the first lines', async () => {
    const [problem] = await problemsOf(rows('2026-11-01T10:00:00Z,-1,5', 'x,1,5'));
    expect(problem?.code).toBe('workload.nothing-left');
    expect(problem?.message).toContain('1 x a token count is negative (first at line 2); 1 x the time is not one this program can read (first at line 3)');
  });

  it('a last line without a line end is kept and said', async () => {
    const result = await importText(rows('2026-11-01T10:00:00Z,100,10').concat('2026-11-01T10:00:09Z,100,10'));
    expect(result.requests).toBe(2);
    expect(result.notes.map(({ code }) => code)).toContain('workload.no-final-newline');
  });

  it('a quote left open by a cut file loses its row only', async () => {
    const log = 'timestamp,input_tokens,output_tokens,text\n2026-11-01T10:00:00Z,100,10,"a\nb"\n2026-11-01T10:00:01Z,100,10,"cut off in\nthe midd';
    expect(await importText(log)).toMatchObject({ requests: 1, dropped: { truncated_last_line: 1 } });
  });

  it('a quote left open early is an error with its line, not a short profile', async () => {
    const log = `timestamp,input_tokens,output_tokens,text\n2026-11-01T10:00:00Z,1,1,fine\n2026-11-01T10:00:00Z,1,1,"open\n${'2026-11-01T10:00:01Z,100,10,x\n'.repeat(500)}`;
    expect((await problemsOf(log))[0]).toMatchObject({ code: 'workload.bad-csv', line: 3 });
  });

  it('JSON Lines: broken lines and a cut last one', async () => {
    const row = (second: number) => JSON.stringify({ timestamp: `2026-11-01T10:00:0${second}Z`, input_tokens: 5, output_tokens: 1 });
    const result = await importText(`${row(0)}\n{"timestamp": \n42\n${row(5)}\n{"timestamp": "2026-11-`, {}, 'log.jsonl');
    expect(result).toMatchObject({ requests: 2, span_s: 5, dropped: { invalid_json: 2, truncated_last_line: 1 } });
  });

  it('a cut JSON array loses its last element only', async () => {
    const row = (second: number) =>
      JSON.stringify({ timestamp: `2026-11-01T10:00:0${second}Z`, input_tokens: 5, output_tokens: 1, note: 'a ] } "quoted\\" text' });
    expect(await importText(`[${row(0)},\n${row(5)},{"timestamp": "2026`, {}, 'log.json')).toMatchObject({ requests: 2, dropped: { truncated_last_line: 1 } });
  });
});

describe('order and zones', () => {
  const lines = Array.from(
    { length: 300 },
    (_, k) => `${new Date(Date.UTC(2026, 10, 1, 10) + k * k * 37).toISOString()},${10 + ((k * 7919) % 997)},${1 + (k % 13)}`,
  );
  const shuffled = lines.map((line, k) => [(k * 7919) % 307, line] as const).sort(([a], [b]) => a - b);

  it('shuffled rows give the same profile', async () => {
    const [sorted, mixed] = await Promise.all([importText(rows(...lines)), importText(rows(...shuffled.map(([, line]) => line)))]);
    expect(mixed).toEqual(sorted);
    expect(sorted.burstiness_cv).toBeGreaterThan(0.5);
  });

  it('the same instants written in other zones give the same profile', async () => {
    const east = lines.map((line) =>
      line.replace(/^(.*?)Z/, (_, text: string) => `${new Date(Date.parse(`${text}Z`) + 330 * 60_000).toISOString().replace('Z', '')}+05:30`),
    );
    expect(await importText(rows(...east))).toEqual(await importText(rows(...lines)));
  });

  it('times without a zone are UTC unless an offset is given, and it is said', async () => {
    const local = rows('2026-11-01 10:00:00,1,1', '2026-11-01 10:00:05,1,1');
    const [utc, berlin] = [await importText(local), await importText(local, { offsetMinutes: 60 })];
    expect([utc.first_at, berlin.first_at]).toEqual(['2026-11-01T10:00:00.000Z', '2026-11-01T09:00:00.000Z']);
    expect(utc.notes.find(({ code }) => code === 'workload.zone')?.message).toBe('2 times name no zone; they were read as UTC.');
    expect(berlin.notes.find(({ code }) => code === 'workload.zone')?.message).toMatch(/UTC\+01:00/);
  });

  it('an epoch among offsets is dropped, not averaged over 56 years', async () => {
    expect(await importText(rows('0,1,1', '10,1,1', '1762000000,1,1'))).toMatchObject({ span_s: 10, dropped: { unparseable_time: 1 } });
  });

  it('a stray date is pointed at', async () => {
    const days = Array.from({ length: 8 }, (_, k) => `2026-11-0${k + 1}T10:00:00Z,1,1`);
    const result = await importText(rows(...days, '2027-11-01T10:00:00Z,1,1'));
    expect(result.notes.find(({ code }) => code === 'workload.silence')?.message).toMatch(/No request for 357 days after 2026-11-08/);
  });
});

describe('what a log is too short or too coarse to tell is null', () => {
  const every = (seconds: number, count: number) =>
    rows(...Array.from({ length: count }, (_, k) => `${new Date(Date.UTC(2026, 10, 2) + k * seconds * 1000).toISOString()},1,1`));

  it('no hour under a day, no week under seven days', async () => {
    const hours = await importText(every(600, 100));
    expect([hours.peak_to_average.hour, hours.hour_of_week]).toEqual([null, null]);
    const days = await importText(every(3000, 100));
    expect(days.peak_to_average.hour).not.toBeNull();
    expect(days.hour_of_week).toBeNull();
    const week = await importText(every(3000, 400));
    expect(week.hour_of_week).toHaveLength(168);
  });

  it('dates alone say nothing of minutes, hours or gaps', async () => {
    const days = Array.from({ length: 20 }, (_, k) => `2026-11-${String(k + 1).padStart(2, '0')},1,1`);
    const result = await importText(rows(...days));
    expect([result.peak_to_average, result.burstiness_cv, result.hour_of_week]).toEqual([{ minute: null, hour: null }, null, null]);
    expect(result.notes.map(({ code }) => code)).toContain('workload.coarse-times');
  });

  it('totals make no profile, but a hint with the means', async () => {
    const result = await importText('date,requests,promptTokens,completionTokens\n2026-11-01,10,1000,305\n');
    expect(() => toProfile(result)).toThrow(/no profile can be made/);
  });
});

describe('what is no log is an error that says what to do', () => {
  it.each([
    ['', 'workload.empty'],
    ['timestamp,input_tokens,output_tokens\n', 'workload.no-rows'],
    [Buffer.from([1, 2, 0, 4, 5]), 'workload.binary'],
    [Buffer.from('\ufefft,i\n', 'utf16le'), 'workload.utf16'],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1]), 'workload.compressed'],
    ['{"a": 1,\n"b": ', 'workload.bad-json'],
    ['timestamp,input_tokens,input_tokens,output_tokens\n2026-11-01T10:00:00Z,1,2,3\n', 'workload.duplicate-column'],
  ])('%j', async (content, code) => {
    const problems = await problemsOf(content);
    expect(problems[0]?.code).toBe(code);
    expect(problems[0]?.hint).toBeTruthy();
  });

  it('a missing file, a folder, a pattern without matches', async () => {
    const here = folder();
    const failure = (path: string) => importLog(path, DEFAULTS).catch((error: Error) => error.message);
    expect(await failure(`${here}/none.csv`)).toMatch(/There is no file/);
    expect(await failure(here)).toMatch(/is a directory/);
    expect(await failure(`${here}/*.csv`)).toMatch(/No file matches/);
  });
});

it('reads standard input', async () => {
  const stdin = Readable.from([Buffer.from(rows('2026-11-01T10:00:00Z,10,1')), Buffer.from('2026-11-01T10:00:05Z,30,1\n')]);
  expect(await importLog('-', { ...DEFAULTS, stdin })).toMatchObject({ requests: 2, file: 'stdin', name: 'stdin', span_s: 5 });
});

it('a byte order mark, CRLF and blank lines are no trouble', async () => {
  expect(await importText('\ufefftimestamp,input_tokens,output_tokens\r\n\r\n2026-11-01T10:00:00Z,10,1\r\n2026-11-01T10:00:01Z,10,1\r\n')).toMatchObject({
    requests: 2,
    dropped: {},
  });
});

it('names with control characters are written as escapes', async () => {
  const result = await importText('timestamp,input_tokens,output_tokens,model\n2026-11-01T10:00:00Z,10,1,"a\u001b[31m"\n2026-11-01T10:00:01Z,10,1,b\n', {
    name: 'x\u001b"y',
    source: 'line\nbreak',
  });
  const { showImport } = await import('../../src/workload/show.ts');
  const controlMark = String.fromCharCode(27);
  expect(showImport(result)).not.toContain(controlMark);
  expect(profileYaml(toProfile(result), 's')).not.toContain(controlMark);
});

it('a file of a few bytes is judged like any other', async () => {
  expect((await problemsOf('[]', {}, 'log.json'))[0]?.code).toBe('workload.no-rows');
  expect((await problemsOf('\n\n', {}))[0]?.code).toBe('workload.no-rows');
});

it('a quote left open near the end is dropped with all it swallowed, and said', async () => {
  const log = `timestamp,input_tokens,output_tokens,prompt\n2026-11-01T10:00:00Z,10,1,ok\n2026-11-01T10:00:01Z,10,1,"open\n2026-11-01T10:00:02Z,20,2,x\n`;
  const result = await importText(log);
  expect(result).toMatchObject({ requests: 1, dropped: { wrong_column_count: 1 } });
  expect(result.notes.find(({ code }) => code === 'workload.open-quote')?.message).toMatch(/^A quote opened in line 3 is never closed: lines 3 to \d+ were/);
});

it("JSON with Python's NaN keeps the row unless the NaN is a count", async () => {
  const line = (second: number, tokens: string, cost: string) =>
    `{"timestamp": "2026-11-01T10:00:0${second}Z", "input_tokens": ${tokens}, "output_tokens": 1, "cost": ${cost}, "text": "NaN, }"}\n`;
  expect(await importText(line(1, '5', 'NaN') + line(2, 'NaN', '1') + line(3, '-Infinity', '1') + line(4, '7', '0'), {}, 'log.jsonl')).toMatchObject({
    requests: 2,
    input_tokens: { total: 12 },
    dropped: { non_finite_tokens: 2 },
  });
});

it('spaces around delimiters and delimiters at the end of a row are no trouble', async () => {
  const log =
    'timestamp, input_tokens, output_tokens, model\n2026-11-01T10:00:00Z, 10, "3", "gpt"\n2026-11-01T10:00:04Z, 20, "3" , gpt,,\n2026-11-01T10:00:05Z,1,1,gpt,x\n';
  const result = await importText(log);
  expect(result).toMatchObject({ requests: 2, input_tokens: { total: 30 }, dropped: { wrong_column_count: 1 } });
  expect(result.by_model.map(({ name, requests }) => [name, requests])).toEqual([['gpt', 2]]);
});

it('times that can not be read are told with the forms that can', async () => {
  expect((await problemsOf(rows('01/11/2026 10:00,10,1')))[0]?.hint).toMatch(/^Write times like 2026-11-01T10:00:00Z or as epoch seconds/);
});
