import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, run } from '../cli/run.ts';

const ANSWERS = `version: 1
name: from-answers
requests_per_month: 300k
engineers: 2
data_sovereignty: no
input_tokens: 1200
output_tokens: unknown
work_per_s: 2000
`;
const TODAY = ['--today', '2026-11-24'];

describe('ask --answers', () => {
  it('plans, saves, and the saved scenario gives the same plan to the byte', async () => {
    const cwd = folder({ 'answers.yaml': ANSWERS });
    const asked = await run(['ask', '--answers', 'answers.yaml', '--save', 's.yaml', '--format', 'json', ...TODAY], { cwd });
    expect(asked.code).toBe(0);
    expect(asked.stderr).toContain('s.yaml');
    const planned = await run(['plan', 's.yaml', '--format', 'json', ...TODAY], { cwd });
    expect(planned).toEqual({ code: 0, stdout: asked.stdout, stderr: '' });
    expect(readFileSync(join(cwd, 's.yaml'), 'utf8')).toMatch(/^# yaml-language-server: \$schema=https:.*scenario\.schema\.json\n/);
    expect(readdirSync(cwd).sort()).toEqual(['answers.yaml', 's.yaml']);
  });

  it('never replaces a file unless told', async () => {
    const cwd = folder({ 'answers.yaml': ANSWERS, 's.yaml': 'mine\n' });
    const refused = await run(['ask', '--answers', 'answers.yaml', '--save', 's.yaml'], { cwd });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('file.exists');
    expect(readFileSync(join(cwd, 's.yaml'), 'utf8')).toBe('mine\n');
    expect((await run(['ask', '--answers', 'answers.yaml', '--save', 's.yaml', '--force'], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 's.yaml'), 'utf8')).toContain('from-answers');
  });

  it('shows every mistake with its place', async () => {
    const cwd = folder({ 'answers.yaml': 'version: 1\nrequests_per_month: lots\nenginers: 2\n' });
    const { code, stdout, stderr } = await run(['ask', '--answers', 'answers.yaml', '--save', 's.yaml'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('answers.yaml:2:21');
    expect(stderr).toContain('engineers');
    expect(existsSync(join(cwd, 's.yaml'))).toBe(false);
  });

  it('without answers needs a terminal', async () => {
    const { code, stdout, stderr } = await run(['ask']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--answers');
  });
});
