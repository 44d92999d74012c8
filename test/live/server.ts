/** The real model server, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The built command. */
export const BIN = process.env.BENCH_CLI ?? join(here, '../../bin/llm-crossover.js');

/** Whether the server can run here; says so when not. */
export function isInstalled(): boolean {
  const installed = existsSync(join(here, 'node_modules/node-llama-cpp')) && process.platform === 'linux' && process.arch === 'x64';
  if (!installed) console.log('live test skipped: the model server is not installed (npm ci --prefix test/live --omit=optional, Linux x64).');
  return installed;
}

export interface LiveServer {
  readonly url: string;
  readonly folder: string;
  readonly stop: () => void;
}

export async function startServer(): Promise<LiveServer> {
  const folder = mkdtempSync(join(tmpdir(), 'live-'));
  const { writeModel } = (await import('./write-model.mjs' as string)) as { writeModel: (path: string) => void };
  writeModel(join(folder, 'model.gguf'));
  const server: ChildProcess = spawn(process.execPath, [join(here, 'model-server.mjs'), join(folder, 'model.gguf')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve) => server.stdout?.once('data', (bytes) => resolve(String(bytes).trim())));
  const stop = (): void => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `http://127.0.0.1:${port}`, folder, stop };
}
