import { describe, expect, it } from 'vitest';
import { findApiKeys } from '../../src/system/api-keys.ts';
import { findGpus } from '../../src/system/gpus.ts';

const fails = () => Promise.reject(new Error('no such program'));
const none = async () => [];

describe('finding GPUs', () => {
  it('takes what systeminformation says, display adapters left out', async () => {
    const controllers = async () => [
      { vendor: 'Red Hat', model: 'QXL paravirtual graphic card', vram: 64 },
      { vendor: 'NVIDIA Corporation', model: 'GH100', name: 'NVIDIA H100 80GB HBM3', memoryTotal: 81_559, driverVersion: '550.54.15' },
    ];
    expect(await findGpus({ controllers, nvidiaSmi: fails })).toEqual({
      gpus: [{ vendor: 'NVIDIA Corporation', model: 'NVIDIA H100 80GB HBM3', memory_mb: 81_559, driver: '550.54.15' }],
      source: 'systeminformation',
    });
  });

  it('falls back on nvidia-smi', async () => {
    const nvidiaSmi = async () => 'NVIDIA H100 80GB HBM3, 81559, 550.54.15\nNVIDIA GB10, [N/A], 580.1\n';
    const { gpus, source } = await findGpus({ controllers: fails, nvidiaSmi });
    expect(source).toBe('nvidia-smi');
    expect(gpus?.map((gpu) => [gpu.model, gpu.memory_mb])).toEqual([
      ['NVIDIA H100 80GB HBM3', 81_559],
      ['NVIDIA GB10', null],
    ]);
  });

  it('says none when it saw other adapters only, and unknown when it saw nothing', async () => {
    expect(await findGpus({ controllers: async () => [{ vendor: 'Red Hat', model: 'QXL' }], nvidiaSmi: fails })).toEqual({
      gpus: [],
      source: 'systeminformation',
    });
    expect(await findGpus({ controllers: none, nvidiaSmi: fails })).toEqual({ gpus: null, source: 'none' });
    expect(await findGpus({ controllers: none, nvidiaSmi: async () => 'NVIDIA-SMI has failed, because it could not communicate, with the driver\n' })).toEqual({
      gpus: null,
      source: 'none',
    });
  });
});

it('an empty API key is not set', () => {
  const { set, unset } = findApiKeys({ OPENAI_API_KEY: 'x', MISTRAL_API_KEY: '' });
  expect(set).toEqual(['OPENAI_API_KEY']);
  expect(unset).toContain('MISTRAL_API_KEY');
});
