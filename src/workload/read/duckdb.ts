import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { InputError } from '../../files/problem.ts';
import { ImportStopped } from '../stopped.ts';

type Duckdb = typeof import('@duckdb/node-api');

/** DuckDB where it is installed, null where it isn't. @throws InputError when it is there but doesn't start */
export async function findDuckdb(load: () => Promise<Duckdb> = () => import('@duckdb/node-api')): Promise<Duckdb | null> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return null;
    throw InputError.of(
      'workload.duckdb-broken',
      `DuckDB is installed but doesn't start: ${message.split('\n')[0]}.`,
      'Install it again: npm install @duckdb/node-api',
      null,
    );
  }
}

/** The one line to type where DuckDB is missing. */
export function duckdbMissing(file: string, why: string): InputError {
  return InputError.of('workload.duckdb-missing', `${why} needs DuckDB, which is not installed.`, 'npm install @duckdb/node-api', file);
}

/** A database in memory that may spill to a temporary folder, closed and removed whatever happens. */
export async function withDuckdb<T>(
  { DuckDBInstance: Instance }: Duckdb,
  signal: AbortSignal | null,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const isStopped = (): boolean => signal?.aborted === true;
  if (isStopped()) throw new ImportStopped();
  const spill = mkdtempSync(join(tmpdir(), 'llm-crossover-'));
  let instance: DuckDBInstance | null = null;
  let connection: DuckDBConnection | null = null;
  let again: NodeJS.Timeout | undefined;
  const stop = (): void => {
    again = setInterval(() => connection?.interrupt(), 50); // one that comes before a query runs is forgotten
  };
  signal?.addEventListener('abort', stop);
  try {
    instance = await Instance.create(':memory:', {
      memory_limit: '400MB',
      temp_directory: spill,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'").catch(() => {}); // only the icu extension knows the setting
    return await work(connection);
  } catch (error) {
    throw isStopped() ? new ImportStopped() : error;
  } finally {
    signal?.removeEventListener('abort', stop);
    clearInterval(again);
    connection?.closeSync();
    instance?.closeSync();
    rmSync(spill, { recursive: true, force: true });
  }
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
