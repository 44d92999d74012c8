import { describe, expect, it } from 'vitest';
import { api, custom, gate, gatesOf, hybrid, owned, quoted, rented } from './fixtures.ts';

describe('residency', () => {
  const EU = { residency: 'eu' };

  it('of GPUs is where the scenario says they stand', () => {
    const options = [
      rented('berlin', 'lambda', { region: 'de' }),
      rented('oregon', 'lambda', { region: 'us-west-2' }),
      rented('somewhere', 'lambda'),
      owned('cellar', { region: 'fr' }),
      owned('nowhere'),
      owned('odd', { region: 'rack 4' }),
    ];
    const gates = gatesOf(options, EU);
    expect(options.map((option) => gate(gates, option.id, 'residency').verdict)).toEqual(['pass', 'fail', 'unknown', 'pass', 'unknown', 'unknown']);
    expect(gate(gates, 'somewhere', 'residency')).toMatchObject({ blocks: true, missing: ['region'] });
    expect(gate(gates, 'somewhere', 'residency').message).toContain('`self_host.region: eu` in option somewhere');
  });

  it('of an API is what its provider can do and the option asks for', () => {
    const options = [
      api('fable', 'anthropic/claude-fable-5'), // no first-party EU
      api('az', 'azure/gpt-4o'), // only when a region is asked for
      api('az-eu', 'azure/gpt-4o', { region: 'eu' }),
      api('gpt-eu', 'openai/gpt-4o', { region: 'eu' }), // through sales
      api('gpt-us', 'openai/gpt-4o', { region: 'us' }),
      api('grok', 'x_ai/grok-4'), // not verified
      api('ds', 'deepseek/deepseek-chat'), // China
    ];
    const gates = gatesOf(options, EU);
    expect(options.map((option) => gate(gates, option.id, 'residency').verdict)).toEqual(['fail', 'unknown', 'pass', 'unknown', 'fail', 'unknown', 'fail']);
    expect(gate(gates, 'gpt-eu', 'residency').message).toContain('have: { openai: [eu_processing] }');
    const arranged = gatesOf(options, { ...EU, have: { openai: ['eu_processing'], anthropic: ['residency'] } });
    expect(gate(arranged, 'gpt-eu', 'residency').verdict).toBe('pass');
    expect(gate(arranged, 'fable', 'residency').verdict).toBe('fail'); // no statement makes possible what the provider cannot do
  });

  it('us suits Anthropic when the region is asked for', () => {
    const gates = gatesOf([api('a', 'anthropic/claude-fable-5', { region: 'us' }), api('b', 'anthropic/claude-fable-5')], { residency: 'us' });
    expect([gate(gates, 'a', 'residency').verdict, gate(gates, 'b', 'residency').verdict]).toEqual(['pass', 'unknown']);
  });

  it('unknown is accepted as option/residency', () => {
    expect(gate(gatesOf([rented('gpu', 'lambda')], { ...EU, accept_unknown: ['gpu/residency'] }), 'gpu', 'residency')).toMatchObject({
      verdict: 'unknown',
      blocks: false,
    });
  });

  it('of a quote and of an unnamed cloud is unknown', () => {
    const gates = gatesOf([quoted('q', 'cloud_api'), custom('c', null)], EU);
    expect(gates.filter((each) => each.rule === 'residency').map((each) => each.blocks)).toEqual([true, true]);
  });

  it('does not bind a leg that gets none of the data', () => {
    const options = [owned('own', { region: 'de' }), api('fable', 'anthropic/claude-fable-5')];
    const said = { ...EU, data: ['personal'] };
    const kept = gatesOf([...options, hybrid('mix', 'own', 'fable', { keep: { small: [], large: ['personal'] } })], said);
    expect(gate(kept, 'mix', 'residency', 'fable').verdict).toBe('pass');
    expect(gate(gatesOf([...options, hybrid('mix', 'own', 'fable')], said), 'mix', 'residency', 'fable').verdict).toBe('fail');
  });
});

describe('licence', () => {
  const licensee = (change: object) => ({ licensee: { domicile: null, monthly_active_users: null, monthly_revenue_usd: null, commercial: true, ...change } });
  const judge = (model: string, change: object = {}, requests = 500_000) =>
    gate(gatesOf([owned('own', { model })], licensee(change), { workload: { requests_per_month: requests } }), 'own', 'licence');

  it('of Llama 4 multimodal is refused for an EU licensee', () => {
    expect(judge('llama-4-scout', { domicile: 'eu' })).toMatchObject({ verdict: 'fail', blocks: true });
    expect(judge('llama-4-scout', { domicile: 'de' }).verdict).toBe('fail');
    expect(judge('llama-4-scout', { domicile: 'us' }).verdict).toBe('pass');
    expect(judge('llama-4-scout', { domicile: 'uk' }).verdict).toBe('pass');
    expect(judge('llama-3.3-70b', { domicile: 'de' }).verdict).toBe('pass');
  });

  it('of Llama 4 is unknown while the domicile is, and says what to type', () => {
    const judged = judge('llama-4-scout');
    expect(judged).toMatchObject({ verdict: 'unknown', blocks: true, missing: ['requirements.licensee.domicile'] });
    expect(judged.message).toContain('requirements.licensee.domicile');
    expect(judge('llama-4-scout', { domicile: 'Bavaria' }).verdict).toBe('unknown');
  });

  it('of SDXL-Turbo is refused for commercial use, which is what is assumed', () => {
    expect(judge('sdxl-turbo')).toMatchObject({ verdict: 'fail', blocks: true });
    expect(judge('sdxl-turbo', { commercial: false }).verdict).toBe('pass');
  });

  it('with a threshold of users passes on stated users, or on traffic too small to have them', () => {
    expect(judge('llama-3.3-70b', { monthly_active_users: 700_000_000 }).verdict).toBe('pass');
    expect(judge('llama-3.3-70b', { monthly_active_users: 700_000_001 }).verdict).toBe('fail');
    const small = judge('llama-3.3-70b', {}, 699_999_999);
    expect(small.verdict).toBe('pass');
    expect(small.message).toContain('699,999,999 requests a month');
    expect(judge('llama-3.3-70b', {}, 700_000_000)).toMatchObject({ verdict: 'unknown', blocks: true });
  });

  it('with a threshold of revenue needs the revenue', () => {
    expect(judge('devstral-2-123b')).toMatchObject({ verdict: 'unknown', blocks: true });
    expect(judge('devstral-2-123b', { monthly_revenue_usd: 20_000_000 }).verdict).toBe('pass');
    expect(judge('devstral-2-123b', { monthly_revenue_usd: 20_000_001 }).verdict).toBe('fail');
  });

  it('unknown is accepted as option/licence, a refusal is not', () => {
    const accept = { accept_unknown: ['own/licence'] };
    expect(gate(gatesOf([owned('own', { model: 'llama-4-scout' })], accept), 'own', 'licence').blocks).toBe(false);
    expect(gate(gatesOf([owned('own', { model: 'sdxl-turbo' })], accept), 'own', 'licence').blocks).toBe(true);
  });

  it('of a model we do not know is unknown', () => {
    expect(judge('home-made-7b')).toMatchObject({ verdict: 'unknown', blocks: true });
  });

  it('behind an API is the host’s; a clause against the customer leaves a doubt that does not block', () => {
    const said = licensee({ domicile: 'de' });
    const gates = gatesOf([api('a', 'together/llama-4-scout'), api('b', 'together/llama-3.3-70b'), api('gpt', 'openai/gpt-4o')], said);
    expect(gate(gates, 'a', 'licence')).toMatchObject({ verdict: 'unverified', blocks: false });
    expect(gate(gates, 'b', 'licence').verdict).toBe('pass');
    expect(gates.filter((each) => each.option_id === 'gpt' && each.rule === 'licence')).toEqual([]);
  });
});
