import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileCatalog } from '../../src/prices/compile.ts';
import { rentalFile } from '../../src/schema/pricing-rental.ts';

const PRICING = join(import.meta.dirname, '../../pricing');
const catalog = compileCatalog(PRICING);
const today = new Date().toISOString().slice(0, 10);

describe('rental prices', () => {
  it('cover 25 clouds and 150 offers, with every way of renting', () => {
    expect(new Set(catalog.rental.map((offer) => offer.cloud)).size).toBeGreaterThanOrEqual(25);
    expect(catalog.rental.length).toBeGreaterThanOrEqual(150);
    expect(new Set(catalog.rental.map((offer) => offer.billing))).toEqual(new Set(['on_demand', 'spot', 'reserved', 'serverless', 'dedicated']));
  });

  it('name a known accelerator', () => {
    const known = new Set(catalog.hardware.map((accelerator) => accelerator.id));
    expect(catalog.rental.filter((offer) => !known.has(offer.gpu)).map((offer) => `${offer.cloud} ${offer.gpu}`)).toEqual([]);
  });

  it('have a source, and were not read in the future', () => {
    const prices = catalog.rental.flatMap((offer) => offer.prices);
    expect(prices.filter((price) => !/^https?:\/\//.test(price.source))).toEqual([]);
    expect(prices.filter((price) => price.checked > today)).toEqual([]);
  });

  it('are stated once for one cloud, GPU, billing, term, node and region', () => {
    const keys = catalog.rental.map((offer) => [offer.cloud, offer.gpu, offer.billing, offer.term_months, offer.node_gpus, offer.region].join(' '));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('stay between 0.03 and 25 dollars per GPU and hour, and no range excludes its price', () => {
    const prices = catalog.rental.flatMap((offer) => offer.prices);
    expect(prices.filter((price) => price.usd_per_gpu_hour < 0.03 || price.usd_per_gpu_hour > 25)).toEqual([]);
    const outside = prices.filter((price) => price.range && (price.range.low > price.usd_per_gpu_hour || price.range.high < price.usd_per_gpu_hour));
    expect(outside).toEqual([]);
  });

  it('ask less for spot than on demand, where both are of the same day', () => {
    const dearer = catalog.rental
      .filter((spot) => spot.billing === 'spot')
      .filter((spot) => {
        const twin = catalog.rental.find(
          (offer) =>
            offer.billing === 'on_demand' &&
            offer.cloud === spot.cloud &&
            offer.gpu === spot.gpu &&
            offer.region === spot.region &&
            offer.node_gpus === spot.node_gpus,
        );
        const [a, b] = [spot.prices.at(-1), twin?.prices.at(-1)];
        return a && b && a.checked === b.checked && a.usd_per_gpu_hour > b.usd_per_gpu_hour;
      });
    expect(dearer.map((offer) => `${offer.cloud} ${offer.gpu}`)).toEqual([]);
  });

  it('keep history: an old price stands before the present one', () => {
    const lambda = catalog.rental.find((offer) => offer.cloud === 'lambda' && offer.gpu === 'h100-pcie-80gb' && offer.billing === 'on_demand');
    expect(lambda?.prices.map((price) => [price.from, price.usd_per_gpu_hour])).toEqual([
      ['2025-03-01', 1.99],
      ['2026-05-24', 3.29],
    ]);
  });

  it('name their JSON Schema in the first line of every file', () => {
    const folders: Record<string, string> = { rental: 'rental', hardware: 'hardware', models: 'models', quality: 'quality' };
    for (const [folder, kind] of Object.entries(folders))
      for (const file of readdirSync(join(PRICING, folder)))
        expect(readFileSync(join(PRICING, folder, file), 'utf8').split('\n')[0]).toBe(
          `# yaml-language-server: $schema=../../schema/pricing-${kind}.schema.json`,
        );
    expect(readFileSync(join(PRICING, 'assumptions.yaml'), 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../schema/pricing-assumptions.schema.json',
    );
  });
});

describe('a rental file', () => {
  const text = (extra: string) => `
schema_version: 1
cloud: acme
label: Acme
offers:
  - gpu: h100-80gb
    billing: on_demand
    ${extra}
    prices:
      - { from: 2026-01-01, usd_per_gpu_hour: 3, source: "https://acme.example/prices", checked: 2026-01-01 }
`;
  const paths = (extra: string) => {
    const result = rentalFile.safeParse(parse(text(extra)));
    return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'));
  };

  it('has one GPU a node, no term and unknown interruptions unless it says so', () => {
    const { items } = rentalFile.parse(parse(text('region: eu')));
    expect(items[0]).toMatchObject({ cloud: 'acme', node_gpus: 1, term_months: 0, region: 'eu', interruptions_per_month: null });
  });

  it('gives a term for reserved offers only, and interruptions for spot only', () => {
    expect(paths('term_months: 12')).toEqual(['offers.0.term_months']);
    expect(paths('interruptions_per_month: 0.2')).toEqual(['offers.0.interruptions_per_month']);
  });

  it('lists prices in order of time', () => {
    const swapped = text('').replace(
      '    prices:',
      '    prices:\n      - { from: 2026-06-01, usd_per_gpu_hour: 2, source: "https://acme.example/prices", checked: 2026-06-01 }',
    );
    expect(rentalFile.safeParse(parse(swapped)).error?.issues.map((issue) => issue.path.join('.'))).toEqual(['offers.0.prices']);
  });
});
