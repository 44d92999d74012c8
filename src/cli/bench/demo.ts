import { startFakeEndpoint } from '../../bench/demo/endpoint.ts';
import { demoAnswer } from '../../bench/demo/model.ts';
import type { ReportFormat } from '../../bench/output/report.ts';
import type { Io } from '../io.ts';
import { setupOf } from './run.ts';
import { finish, runSession } from './session.ts';

/** A pretend server with four slots, rented at $2 an hour: enough load shows its knee. */
export async function benchDemo(format: ReportFormat, io: Io): Promise<void> {
  const endpoint = await startFakeEndpoint(demoAnswer(), { remember: false });
  io.err('A pretend server with 4 slots at $2.00/h; watch TTFT jump once more than 4 requests are in flight.\n');
  try {
    const flags = { model: 'demo', concurrency: '1,4,8', duration: '2s', input: '200', output: '32', usdPerHour: '2', sloTtftMs: '300' };
    const setup = setupOf(endpoint.url, flags, io);
    const { measurement, interrupted } = await runSession(setup, { key: null, price: null, recordsPath: null }, io);
    await finish(measurement, interrupted, { format }, io);
  } finally {
    await endpoint.close();
  }
}
