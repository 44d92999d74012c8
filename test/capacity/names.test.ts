import { describe, expect, test } from 'vitest';
import { findAccelerator, findModel } from '../../src/capacity/names.ts';
import { SOURCES } from './release.ts';

describe('accelerators by lenient names', () => {
  test.each([
    ['NVIDIA H200-SXM-141GB', 'h200-141gb'],
    ['NVIDIA H200-SXM-141GBx8', 'h200-141gb'],
    ['NVIDIA H200-NVL-141GB', 'h200-nvl-141gb'],
    ['H100 80GB HBM3', 'h100-80gb'],
    ['NVIDIA H100-PCIe-80GB', 'h100-pcie-80gb'],
    ['NVIDIA H100-NVL-94GB', 'h100-nvl-94gb'],
    ['H100', 'h100-80gb'],
    ['8xH100', 'h100-80gb'],
    ['NVIDIA B200-SXM-180GB', 'b200-180gb'],
    ['GB200', 'gb200-186gb'],
    ['NVIDIA GB200', 'gb200-186gb'],
    ['NVIDIA GH200 Grace Hopper Superchip 96GB', 'gh200-96gb'],
    ['gb300', 'gb300-288gb'],
    ['AMD Instinct MI300X-NPS1-SPX-192GB-750W', 'mi300x-192gb'],
    ['AMD Instinct MI325X 256GB HBM3E', 'mi325x-256gb'],
    ['AMD Instinct MI355X 288GB HBM3e', 'mi355x-288gb'],
    ['Mi300x', 'mi300x-192gb'],
    ['mi355x', 'mi355x-288gb'],
    ['A100-SXM4-80GB', 'a100-80gb'],
    ['A100 PCIe 80GB', 'a100-pcie-80gb'],
    ['NVIDIA L40S', 'l40s-48gb'],
    ['L4', 'l4-24gb'],
    ['RTX 6000 Ada 48GB', 'rtx-6000-ada-48gb'],
    ['RTX A6000 48GB', 'rtx-a6000-48gb'],
    ['4090 24GB', 'rtx-4090-24gb'],
    ['RTX4090', 'rtx-4090-24gb'],
    ['A100-PCIe-80GB', 'a100-pcie-80gb'],
    ['A100PCIe', 'a100-pcie-80gb'],
    ['RTX PRO 6000', 'rtx-pro-6000-96gb'],
    ['B300-SXM-270GB', 'b300-288gb'],
    ['8xMI300X_2xEPYC_9575F', 'mi300x-192gb'],
    ['NVIDIA RTX PRO 6000 Blackwell Server Edition', 'rtx-pro-6000-server-96gb'],
  ])('%s is %s', (name, id) => {
    expect(findAccelerator(name, SOURCES.hardware)).toMatchObject({ kind: 'found', value: { id } });
  });

  test.each(['', 'Groq LPU', 'H1000', '80GB'])('%j is nobody', (name) => {
    expect(findAccelerator(name, SOURCES.hardware).kind).toBe('unknown');
  });
});

describe('models by lenient names', () => {
  test.each([
    ['llama2-70b-99', 'llama-2-70b'],
    ['llama2-70b-99.9', 'llama-2-70b'],
    ['llama2-70b-interactive-99', 'llama-2-70b'],
    ['llama3.1-8b', 'llama-3.1-8b'],
    ['llama3.1-405b', 'llama-3.1-405b'],
    ['mixtral-8x7b', 'mixtral-8x7b'],
    ['Mixtral 8x7B', 'mixtral-8x7b'],
    ['Mixtral-8x22B-Instruct-v0.1', 'mixtral-8x22b'],
    ['LLaMA v3.3 70B', 'llama-3.3-70b'],
    ['LLaMA v3.1 8B', 'llama-3.1-8b'],
    ['Llama-3 8B', 'llama-3-8b'],
    ['Llama 3.1 405B', 'llama-3.1-405b'],
    ['meta-llama/Llama-3.1-405B-Instruct-FP8-KV', 'llama-3.1-405b'],
    ['meta-llama/Meta-Llama-3.1-8B-Instruct', 'llama-3.1-8b'],
    ['amd/Llama-3.3-70B-Instruct-MXFP4-Preview', 'llama-3.3-70b'],
    ['Llama 4 Maverick', 'llama-4-maverick'],
    ['nvidia/Llama-4-Scout-17B-16E-Instruct-FP4', 'llama-4-scout'],
    ['openai/gpt-oss-120b', 'gpt-oss-120b'],
    ['GPT-OSS 20B', 'gpt-oss-20b'],
    ['deepseek-ai/DeepSeek-R1-0528', 'deepseek-r1-0528'],
    ['nvidia/DeepSeek-R1-0528-FP4-V2', 'deepseek-r1-0528'],
    ['Deepseek R1 0528', 'deepseek-r1-0528'],
    ['deepseek-r1', 'deepseek-r1'],
    ['DeepSeek V3.2', 'deepseek-v3.2'],
    ['Qwen3 235B A22B', 'qwen3-235b-a22b'],
    ['nvidia/Qwen3-30B-A3B-FP4', 'qwen3-30b-a3b'],
    ['Qwen2.5-72B-Instruct', 'qwen2.5-72b'],
    ['Mistral 7B', 'mistral-7b'],
    ['moonshotai/Kimi-K2.5', 'kimi-k2.5'],
    ['zai-org/GLM-4.5-Air', 'glm-4.5-air'],
    ['llama3_1-8b', 'llama-3.1-8b'],
    ['dsr1', 'deepseek-r1'],
    ['gptoss', 'gpt-oss-120b'],
    ['gpt-oss', 'gpt-oss-120b'],
    ['llama70b', 'llama-3.3-70b'],
    ['DeepSeek-R1-671B', 'deepseek-r1'],
    ['Llama-4-Scout-17B-16E', 'llama-4-scout'],
    ['MiniMaxAI/MiniMax-M2.5', 'minimax-m2.5'],
    ['DeepSeek-R1-Distill-Llama-70B', 'deepseek-r1-distill-llama-70b'],
  ])('%s is %s', (name, id) => {
    expect(findModel(name, SOURCES.models)).toMatchObject({ kind: 'found', value: { id } });
  });

  test.each(['', 'GPT-J 6B', 'Falcon 180B', 'llama-3.3-71b', 'codellama-34b', 'TinyLlama-1.1B', 'llama-49b', 'whisper-large-v3', 'foo'])(
    '%j is nobody',
    (name) => {
      expect(findModel(name, SOURCES.models).kind).toBe('unknown');
    },
  );
});
