import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Accelerator } from '../../src/engine/catalog.ts';
import { likely } from '../../src/engine/units.ts';
import { compileCatalog } from '../../src/prices/compile.ts';

const { hardware } = compileCatalog(join(import.meta.dirname, '../../pricing'));
const today = new Date().toISOString().slice(0, 10);
const byId = (id: string): Accelerator => {
  const found = hardware.find((accelerator) => accelerator.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};

describe('accelerators', () => {
  it('are 25 or more, each with a source that is not of the future', () => {
    expect(hardware.length).toBeGreaterThanOrEqual(25);
    expect(hardware.filter((accelerator) => accelerator.sources.length === 0)).toEqual([]);
    expect(hardware.flatMap((accelerator) => accelerator.sources).filter((source) => source.checked > today)).toEqual([]);
  });

  it('have ids and aliases that mean one of them', () => {
    const names = hardware.flatMap((accelerator) => [accelerator.id, ...accelerator.aliases]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('carry their memory in the id', () => {
    expect(hardware.filter((accelerator) => !accelerator.id.endsWith(`-${accelerator.memory_gb}gb`)).map((accelerator) => accelerator.id)).toEqual([]);
  });

  it.each([
    // NVIDIA's data sheets print 1,979 bf16, 3,958 fp8 for the H100 with sparsity
    ['h100-80gb', 989.4, 1978.9, 3350],
    // 1,671 bf16, 3,341 fp8 with sparsity
    ['h100-nvl-94gb', 835.5, 1670.5, 3938],
    // 733 bf16, 1,466 fp8 with sparsity
    ['l40s-48gb', 362, 733, 864],
    // 242 bf16, 485 fp8 with sparsity
    ['l4-24gb', 121, 242.5, 300],
    // DGX B200: 72 PFLOPS fp8 with sparsity over eight GPUs
    ['b200-180gb', 2250, 4500, 8000],
    // AMD prints both; dense 1,307.4 and 2,614.9
    ['mi300x-192gb', 1307.4, 2614.9, 5300],
  ])('%s counts dense TFLOP/s, not sparse', (id, bf16, fp8, bandwidth) => {
    const { dense_tflops, bandwidth_gb_per_s } = byId(id);
    expect(dense_tflops.bf16).toBe(bf16);
    expect(dense_tflops.fp8).toBe(fp8);
    expect(bandwidth_gb_per_s).toBe(bandwidth);
  });

  it('never gain more than twofold from one precision to the next', () => {
    const steps = [
      ['bf16', 'fp8'],
      ['fp8', 'fp4'],
      ['tf32', 'bf16'],
    ] as const;
    for (const { id, dense_tflops: tflops } of hardware)
      for (const [wide, narrow] of steps) {
        const [a, b] = [tflops[wide], tflops[narrow]];
        if (a === undefined || b === undefined) continue;
        // Blackwell Ultra triples fp4 over fp8
        const most = /b300/.test(id) && narrow === 'fp4' ? 3.01 : wide === 'fp8' && /rtx-50/.test(id) ? 4.01 : 2.03;
        expect(b / a, `${id} ${narrow}/${wide}`).toBeGreaterThan(0.99);
        expect(b / a, `${id} ${narrow}/${wide}`).toBeLessThan(most);
      }
  });

  it('need more arithmetic per byte than a decode step gives: 20 to 700 flops a byte', () => {
    for (const { id, dense_tflops: tflops, bandwidth_gb_per_s } of hardware) {
      const matrix = tflops.bf16 ?? tflops.fp16 ?? 0;
      expect((matrix * 1000) / bandwidth_gb_per_s, id).toBeGreaterThan(20);
      expect((matrix * 1000) / bandwidth_gb_per_s, id).toBeLessThan(700);
    }
  });

  it('idle below their limit, and cost something', () => {
    for (const { id, idle_watts, tdp_watts, purchase_usd } of hardware) {
      if (idle_watts !== null) expect(idle_watts, id).toBeLessThan(tdp_watts ?? 0);
      if (purchase_usd !== null) expect(likely(purchase_usd), id).toBeGreaterThan(100);
    }
    for (const id of ['h100-80gb', 'h200-141gb', 'b200-180gb', 'rtx-4090-24gb']) expect(byId(id).purchase_usd, id).not.toBeNull();
  });
});
