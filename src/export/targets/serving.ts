/** One replica as a command line, without a container (`command`) or with one (`docker`). */

import type { Deployment } from '../deployment.ts';
import { engineArguments, entryPoint, imageOf, PORT, shellWord } from '../engine-command.ts';
import { hashComment } from '../header.ts';
import { gpuLegOf, type Settings, type Target } from '../target.ts';

const START: Readonly<Record<Settings['engine'], string>> = {
  vllm: 'python3 -m vllm.entrypoints.openai.api_server',
  sglang: 'python3 -m sglang.launch_server',
};

function renderCommand(deployment: Deployment, settings: Settings): string {
  const leg = gpuLegOf(`A ${settings.engine} command`, deployment);
  return `${head(deployment, leg.gpu.replicas)}${START[settings.engine]} \\\n${lines(engineArguments(leg, leg.gpu, settings))}\n`;
}

function renderDocker(deployment: Deployment, settings: Settings): string {
  const leg = gpuLegOf('A docker command', deployment);
  const devices = leg.gpu.vendor === 'amd' ? ['--device', '/dev/kfd', '--device', '/dev/dri'] : ['--gpus', 'all'];
  const container = [
    'docker run --rm --ipc=host',
    devices.join(' '),
    '--env HF_TOKEN',
    '--volume "$HOME/.cache/huggingface:/root/.cache/huggingface"',
    `--publish 127.0.0.1:${PORT}:${PORT}`,
    shellWord(imageOf(leg.gpu, settings)),
    ...(entryPoint(settings) ?? []),
  ];
  return `${head(deployment, leg.gpu.replicas)}${container.join(' ')} \\\n${lines(engineArguments(leg, leg.gpu, settings))}\n`;
}

function head(deployment: Deployment, replicas: number): string {
  return hashComment(deployment, [`one of ${replicas} replicas; HF_TOKEN is read from the environment where the weights need it`]);
}

/** A flag and its value share a line. */
function lines(args: readonly string[]): string {
  const flags: string[] = [];
  for (const word of args) {
    if (word.startsWith('--') || flags.length === 0) flags.push(shellWord(word));
    else flags.push(`${flags.pop()} ${shellWord(word)}`);
  }
  return flags.map((flag) => `  ${flag}`).join(' \\\n');
}

export const command: Target = { format: 'text', render: renderCommand };
export const docker: Target = { format: 'text', render: renderDocker };
