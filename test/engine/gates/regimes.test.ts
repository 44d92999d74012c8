import { describe, expect, it } from 'vitest';
import { api, blocked, custom, gate, gatesOf, hybrid, owned, quoted, rented } from './fixtures.ts';

const PHI = { regimes: ['hipaa'], data: ['phi'] };

describe('PHI', () => {
  const gpt = [api('gpt', 'openai/gpt-4o')];

  it('without a BAA fails', () => {
    const judged = gate(gatesOf(gpt, { ...PHI, lack: { openai: ['baa'] } }), 'gpt', 'hipaa.phi');
    expect(judged).toMatchObject({ verdict: 'fail', blocks: true });
    expect(judged.missing).toContain('baa');
  });

  it('with an unverified BAA is unknown and blocks', () => {
    const judged = gate(gatesOf([api('m', 'mistral/mistral-large')], PHI), 'm', 'hipaa.phi');
    expect(judged).toMatchObject({ verdict: 'unknown', blocks: true, missing: ['baa', 'baa_scope'] });
  });

  it('is let through once what is unknown is accepted by name, and stays unknown', () => {
    const accepted = { ...PHI, accept_unknown: ['gpt/hipaa.baa', 'gpt/hipaa.baa_scope'] };
    expect(gate(gatesOf(gpt, accepted), 'gpt', 'hipaa.phi')).toMatchObject({ verdict: 'unknown', blocks: false });
    expect(gate(gatesOf(gpt, { ...PHI, accept_unknown: ['gpt/hipaa.baa'] }), 'gpt', 'hipaa.phi').blocks).toBe(true);
    expect(gate(gatesOf(gpt, { ...PHI, accept_unknown: ['gpt/hipaa.phi'] }), 'gpt', 'hipaa.phi').blocks).toBe(false);
    expect(gate(gatesOf(gpt, { ...PHI, accept_unknown: ['other/hipaa.baa', 'other/hipaa.baa_scope'] }), 'gpt', 'hipaa.phi').blocks).toBe(true);
  });

  it('cannot be accepted where the BAA is lacking', () => {
    const said = { ...PHI, lack: { openai: ['baa'] }, accept_unknown: ['gpt/hipaa.phi', 'gpt/hipaa.baa'] };
    expect(gate(gatesOf(gpt, said), 'gpt', 'hipaa.phi').blocks).toBe(true);
  });

  it('passes with a signed BAA that covers endpoint, model and modality', () => {
    expect(gate(gatesOf(gpt, { ...PHI, have: { openai: ['baa'] } }), 'gpt', 'hipaa.phi')).toMatchObject({ verdict: 'pass', blocks: false, missing: [] });
  });

  it('knows a provider by its other names', () => {
    expect(gate(gatesOf(gpt, { ...PHI, have: { 'OpenAI-API': ['baa'] } }), 'gpt', 'hipaa.phi').verdict).toBe('pass');
  });

  it('passes on a BAA in force without asking, but not for a modality whose cover is in doubt', () => {
    const azure = [api('az', 'azure/gpt-4o')];
    expect(gate(gatesOf(azure, PHI), 'az', 'hipaa.phi').verdict).toBe('pass');
    const speech = { workload: { modality: 'speech_to_text', tokens: null } } as const;
    expect(gate(gatesOf(azure, PHI, speech), 'az', 'hipaa.phi')).toMatchObject({ verdict: 'unknown', blocks: true });
    const signed = gate(gatesOf(azure, { ...PHI, have: { azure: ['baa'] } }, speech), 'az', 'hipaa.phi');
    expect(signed).toMatchObject({ verdict: 'unknown', missing: ['baa_scope'] });
    expect(gate(gatesOf(azure, { ...PHI, have: { azure: ['baa', 'baa_scope'] } }, speech), 'az', 'hipaa.phi').verdict).toBe('pass');
  });

  it('on a rented GPU needs a BAA of the GPU cloud, on owned hardware none', () => {
    const options = [rented('gpu', 'lambda'), owned('own'), api('gpt', 'openai/gpt-4o')];
    const gates = gatesOf(options, { ...PHI, have: { openai: ['baa'] } });
    expect(gate(gates, 'gpu', 'hipaa.phi')).toMatchObject({ verdict: 'unknown', blocks: true, missing: ['baa'] });
    expect(gate(gates, 'own', 'hipaa.phi').verdict).toBe('pass');
    expect(gate(gatesOf(options, { ...PHI, have: { lambda: ['baa'] } }), 'gpu', 'hipaa.phi').verdict).toBe('pass');
    expect(gate(gatesOf(options, { ...PHI, lack: { lambda: ['baa'] } }), 'gpu', 'hipaa.phi').verdict).toBe('fail');
  });

  it('on a GPU of an unnamed cloud asks for the name', () => {
    const judged = gate(gatesOf([custom('gpu', null)], PHI), 'gpu', 'hipaa.phi');
    expect(judged).toMatchObject({ verdict: 'unknown', blocks: true });
    expect(judged.message).toContain('rental.provider');
    expect(gate(gatesOf([custom('gpu', 'colo-ltd')], { ...PHI, have: { 'colo-ltd': ['baa'] } }), 'gpu', 'hipaa.phi').verdict).toBe('pass');
  });

  it('on a machine in Azure is compute: the doubt about audio is that of the API', () => {
    const speech = { workload: { modality: 'speech_to_text', tokens: null } } as const;
    expect(gate(gatesOf([rented('gpu', 'azure')], PHI, speech), 'gpu', 'hipaa.phi').verdict).toBe('pass');
  });
});

describe('a prohibited AI use', () => {
  const everywhere = [api('gpt', 'openai/gpt-4o'), rented('gpu', 'lambda'), owned('own'), quoted('offer', 'self_host')];

  it('fails everywhere, owned hardware included', () => {
    const gates = gatesOf(everywhere, { regimes: ['eu_ai_act'], use: ['prohibited'] });
    for (const option of everywhere) expect(gate(gates, option.id, 'eu_ai_act.prohibited')).toMatchObject({ verdict: 'fail', blocks: true });
  });

  it('fails even where the regime is not named, and nothing helps', () => {
    const said = { use: ['prohibited'], have: { openai: ['dpa'] }, accept_unknown: ['own/eu_ai_act.prohibited'], organisation: ['human_oversight'] };
    const gates = gatesOf(everywhere, said);
    for (const option of everywhere) expect(blocked(gates, option.id)).toBe(true);
  });
});

describe('ITAR', () => {
  const ITAR = { regimes: ['itar'], data: ['technical_data'] };
  const options = [
    api('gpt', 'openai/gpt-4o'),
    api('hosted', 'groq/llama-3.3-70b'),
    rented('gov', 'aws'),
    rented('gpu', 'lambda'),
    owned('own'),
    quoted('offer', 'self_host'),
  ];

  it('fails every option without a proven US-persons boundary', () => {
    const gates = gatesOf(options, ITAR);
    for (const option of options) expect(gate(gates, option.id, 'itar.technical_data')).toMatchObject({ verdict: 'fail', blocks: true });
  });

  it('lets only what stands inside a stated boundary through, commercial APIs never', () => {
    const said = { ...ITAR, organisation: ['us_persons_boundary'], have: { aws: ['us_persons_boundary'], openai: ['us_persons_boundary'] } };
    const gates = gatesOf(options, said);
    const passing = options.filter((option) => gate(gates, option.id, 'itar.technical_data').verdict === 'pass').map((option) => option.id);
    expect(passing).toEqual(['gov', 'own']);
  });

  it('does not believe a boundary outside the US', () => {
    const gates = gatesOf([owned('own', { region: 'de' })], { ...ITAR, organisation: ['us_persons_boundary'] });
    expect(gate(gates, 'own', 'itar.technical_data').verdict).toBe('fail');
  });
});

describe('GDPR', () => {
  const GDPR = { regimes: ['gdpr'], data: ['personal'] };

  it('holds an offered DPA for unknown until the scenario says that it is signed', () => {
    const gpt = [api('gpt', 'openai/gpt-4o')];
    const before = gate(gatesOf(gpt, { ...GDPR, accept_unknown: ['gpt/gdpr.transfer_ok'] }), 'gpt', 'gdpr.personal');
    expect(before).toMatchObject({ verdict: 'unknown', blocks: true, missing: ['dpa', 'transfer_ok'] });
    expect(before.message).toContain('have: { openai: [dpa] }');
    const after = gate(gatesOf(gpt, { ...GDPR, have: { openai: ['dpa'] }, accept_unknown: ['gpt/gdpr.transfer_ok'] }), 'gpt', 'gdpr.personal');
    expect(after).toMatchObject({ verdict: 'unknown', blocks: false, missing: ['transfer_ok'] });
    expect(gate(gatesOf(gpt, { ...GDPR, have: { openai: ['dpa', 'sccs_tia'] } }), 'gpt', 'gdpr.personal').verdict).toBe('pass');
  });

  it('takes any one way of transfer', () => {
    const grok = [api('grok', 'x_ai/grok-4')];
    for (const way of ['eu_processing', 'adequacy', 'dpf_certified', 'sccs_tia', 'transfer_ok']) {
      expect(gate(gatesOf(grok, { ...GDPR, have: { x_ai: [way] } }), 'grok', 'gdpr.personal').verdict).toBe('pass');
    }
    const none = { x_ai: ['eu_processing', 'adequacy', 'dpf_certified', 'sccs_tia'] };
    expect(gate(gatesOf(grok, { ...GDPR, lack: none }), 'grok', 'gdpr.personal').verdict).toBe('fail');
  });

  it('passes in a region of the EU with a contract in force without asking', () => {
    expect(gate(gatesOf([api('az', 'azure/gpt-4o', { region: 'swedencentral' })], GDPR), 'az', 'gdpr.personal').verdict).toBe('pass');
    expect(gate(gatesOf([api('az', 'azure/gpt-4o')], GDPR), 'az', 'gdpr.personal').verdict).toBe('unknown');
  });

  it('treats a rented GPU as a third party with a DPA of its own', () => {
    const eu = [rented('gpu', 'lambda', { region: 'de' }), owned('own')];
    expect(gate(gatesOf(eu, GDPR), 'gpu', 'gdpr.personal')).toMatchObject({ verdict: 'unknown', missing: ['dpa'] });
    expect(gate(gatesOf(eu, { ...GDPR, have: { lambda: ['dpa'] } }), 'gpu', 'gdpr.personal').verdict).toBe('pass');
    expect(gate(gatesOf(eu, GDPR), 'own', 'gdpr.personal').verdict).toBe('pass');
  });

  it('judges health data as a special category: impact assessment and ground on owned hardware too', () => {
    const said = { regimes: ['gdpr'], data: ['phi'] };
    expect(gate(gatesOf([owned('own')], said), 'own', 'gdpr.special_category')).toMatchObject({ verdict: 'unknown', missing: ['art9_basis', 'dpia'] });
    expect(gate(gatesOf([owned('own')], { ...said, organisation: ['art9_basis', 'dpia'] }), 'own', 'gdpr.special_category').verdict).toBe('pass');
    expect(
      gate(gatesOf([owned('own')], { ...said, organisation: ['art9_basis', 'dpia'], lack: { organisation: ['dpia'] } }), 'own', 'gdpr.special_category')
        .verdict,
    ).toBe('fail');
  });
});

describe('a regime with nothing to judge', () => {
  it('is unknown rather than silent, and says what to name', () => {
    const judged = gate(gatesOf([api('gpt', 'openai/gpt-4o')], { regimes: ['hipaa'] }), 'gpt', 'hipaa');
    expect(judged).toMatchObject({ verdict: 'unknown', blocks: true, missing: ['data'] });
    expect(judged.message).toContain('phi, deidentified');
    expect(gate(gatesOf([api('gpt', 'openai/gpt-4o')], { regimes: ['eu_ai_act'] }), 'gpt', 'eu_ai_act').message).toContain('requirements.use');
  });

  it('passes where the column asks nothing whatever the data', () => {
    expect(gate(gatesOf([owned('own')], { regimes: ['hipaa'] }), 'own', 'hipaa').verdict).toBe('pass');
  });

  it('is unknown when we have no such rules', () => {
    expect(gate(gatesOf([owned('own')], { regimes: ['gdrp'], data: ['personal'] }), 'own', 'gdrp')).toMatchObject({ verdict: 'unknown', blocks: true });
  });

  it('asks nothing of anybody under SOC 2', () => {
    expect(gate(gatesOf([api('gpt', 'openai/gpt-4o')], { regimes: ['soc2'], data: ['personal'] }), 'gpt', 'soc2.any').verdict).toBe('pass');
  });
});

describe('rules of one place', () => {
  const india = (region: string | null) =>
    gatesOf([rented('gpu', 'aws', { region }), owned('own', { region })], { regimes: ['dpdp_in'], data: ['rbi_payment_data'] });

  it('forbid outside it, ask nothing inside, and are unknown where the place is', () => {
    for (const id of ['gpu', 'own']) {
      expect(gate(india('us'), id, 'dpdp_in.rbi_payment_data').verdict).toBe('fail');
      expect(gate(india('ap-south-1'), id, 'dpdp_in.rbi_payment_data').verdict).toBe('pass');
      expect(gate(india(null), id, 'dpdp_in.rbi_payment_data')).toMatchObject({ verdict: 'unknown', blocks: true, missing: ['region'] });
    }
  });

  it('take one of the legal paths out of China', () => {
    const said = { regimes: ['pipl'], data: ['personal_cn'] };
    const abroad = [owned('own', { region: 'de' })];
    expect(gate(gatesOf(abroad, said), 'own', 'pipl.personal_cn').verdict).toBe('unknown');
    expect(gate(gatesOf(abroad, { ...said, organisation: ['cac_scc'] }), 'own', 'pipl.personal_cn').verdict).toBe('pass');
    expect(
      gate(gatesOf(abroad, { regimes: ['pipl'], data: ['important_data_or_ciio'], organisation: ['cac_scc'] }), 'own', 'pipl.important_data_or_ciio').verdict,
    ).toBe('unknown');
  });
});

describe('scope', () => {
  it('of zero retention leaves models out, whatever was signed', () => {
    const said = { regimes: ['pci_dss'], data: ['pan'], have: { anthropic: ['zdr', 'pci_aoc'] } };
    const gates = gatesOf([api('fable', 'anthropic/claude-fable-5'), api('sonnet', 'anthropic/claude-sonnet-5')], said);
    expect(gate(gates, 'fable', 'pci_dss.pan').verdict).toBe('fail');
    expect(gate(gates, 'sonnet', 'pci_dss.pan').verdict).toBe('pass');
  });

  it('of zero retention leaves the batch endpoint out where it keeps files', () => {
    const said = { regimes: ['pci_dss'], data: ['pan'], have: { groq: ['zdr', 'pci_aoc'] } };
    const groq = [api('g', 'groq/llama-3.3-70b')];
    expect(gate(gatesOf(groq, said), 'g', 'pci_dss.pan').verdict).toBe('pass');
    const batch = gate(gatesOf(groq, said, { workload: { batchable: 0.2 } }), 'g', 'pci_dss.pan');
    expect(batch).toMatchObject({ verdict: 'fail', missing: ['zdr'] });
    expect(batch.message).toContain('chat and batch');
  });

  it('of nothing forbids sending CVV and track data', () => {
    const gates = gatesOf([api('gpt', 'openai/gpt-4o'), rented('gpu', 'lambda'), owned('own')], { regimes: ['pci_dss'], data: ['sad'], organisation: ['zdr'] });
    expect(['gpt', 'gpu', 'own'].map((id) => gate(gates, id, 'pci_dss.sad').verdict)).toEqual(['fail', 'fail', 'pass']);
  });
});

describe('a hybrid', () => {
  const legs = [owned('own'), api('gpt', 'openai/gpt-4o')];

  it('fails when either leg does', () => {
    for (const [small, large] of [
      ['own', 'gpt'],
      ['gpt', 'own'],
    ] as const) {
      const gates = gatesOf([...legs, hybrid('mix', small, large)], { ...PHI, lack: { openai: ['baa'] } });
      expect(gate(gates, 'mix', 'hipaa.phi', 'own').verdict).toBe('pass');
      expect(gate(gates, 'mix', 'hipaa.phi', 'gpt')).toMatchObject({ verdict: 'fail', blocks: true });
      expect(blocked(gates, 'mix')).toBe(true);
      expect(blocked(gates, 'own')).toBe(false);
    }
  });

  it('keeps a data class off a leg', () => {
    const mix = hybrid('mix', 'own', 'gpt', { keep: { small: [], large: ['phi'] } });
    const gates = gatesOf([...legs, mix], { ...PHI, lack: { openai: ['baa'] } });
    expect(gate(gates, 'mix', 'hipaa.phi', 'gpt')).toMatchObject({ verdict: 'pass', blocks: false });
    expect(blocked(gates, 'mix')).toBe(false);
    expect(blocked(gates, 'gpt')).toBe(true);
  });

  it('keeps only what is named off a leg', () => {
    const said = { regimes: ['gdpr'], data: ['personal', 'special_category'], organisation: ['dpia', 'art9_basis'] };
    const route = (kept: string) => gatesOf([...legs, hybrid('mix', 'own', 'gpt', { keep: { small: [], large: [kept] } })], said);
    expect(gate(route('special_category'), 'mix', 'gdpr.special_category', 'gpt').verdict).toBe('pass');
    expect(gate(route('special_category'), 'mix', 'gdpr.personal', 'gpt').verdict).toBe('unknown');
    expect(gate(route('personal'), 'mix', 'gdpr.special_category', 'gpt').verdict).toBe('pass');
  });

  it('takes acceptances for itself, for the leg, and for the leg in it', () => {
    for (const name of ['mix', 'gpt', 'mix.gpt']) {
      const gates = gatesOf([...legs, hybrid('mix', 'own', 'gpt')], { ...PHI, accept_unknown: [`${name}/hipaa.phi`] });
      expect(gate(gates, 'mix', 'hipaa.phi', 'gpt').blocks).toBe(false);
      expect(gate(gates, 'gpt', 'hipaa.phi').blocks).toBe(name !== 'gpt');
    }
  });

  it('opens a hybrid inside a hybrid, and refuses one that leads back to itself', () => {
    const nested = [...legs, hybrid('inner', 'own', 'gpt'), hybrid('outer', 'own', 'inner')];
    expect(gate(gatesOf(nested, { ...PHI, lack: { openai: ['baa'] } }), 'outer', 'hipaa.phi', 'gpt').verdict).toBe('fail');
    const loop = gatesOf([...legs, hybrid('a', 'own', 'b'), hybrid('b', 'own', 'a')]);
    expect(loop.some((each) => each.option_id === 'a' && each.rule === 'leg' && each.blocks)).toBe(true);
  });
});

describe('a quote', () => {
  it('without rules to judge has no gates of rules', () => {
    expect(gatesOf([quoted('cloud', 'cloud_api'), quoted('own', 'self_host')]).filter((each) => each.blocks)).toEqual([]);
  });

  it('is judged by its kind and by the provider it names', () => {
    const gates = gatesOf([quoted('cloud', 'cloud_api', 'x_ai'), quoted('own', 'self_host')], {
      regimes: ['gdpr'],
      data: ['personal'],
      have: { x_ai: ['sccs_tia'] },
    });
    expect(gate(gates, 'cloud', 'gdpr.personal').verdict).toBe('pass');
    expect(gate(gates, 'own', 'gdpr.personal')).toMatchObject({ verdict: 'unknown', blocks: true });
    expect(gate(gates, 'own', 'gdpr.personal').message).toContain('quoted.provider');
  });
});
