import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ARTICLE, folder, run } from './run.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const CHATBOT = `${root}scenarios/support-chatbot.yaml`;

describe('plan --simulate', () => {
  test('is in the help', async () => {
    const { stdout } = await run(['plan', '--help']);
    expect(stdout).toContain('--simulate');
  });

  test('tells the week, and leaves the rest of the plan as it is', async () => {
    const args = ['plan', CHATBOT, '--today', '2026-11-24', '--format', 'json'];
    const [plain, played] = await Promise.all([run(args), run([...args, '--simulate'])]);
    expect(played).toMatchObject({ code: 0, stderr: '' });
    const [before] = JSON.parse(plain.stdout).plans;
    const [after] = JSON.parse(played.stdout).plans;
    expect(before.simulation).toBeNull();
    expect(after.simulation.options.map(({ option_id }: { option_id: string }) => option_id)).toEqual(['own', 'mix']);
    expect({ ...after, simulation: null, findings: before.findings }).toEqual(before);
    expect((await run([...args, '--simulate'])).stdout).toBe(played.stdout);
    expect((await run([...args, '--simulate', '--seed', '2'])).stdout).not.toBe(played.stdout);
  });

  test('shows a table in the terminal and in Markdown', async () => {
    const shown = await Promise.all(['terminal', 'markdown'].map((format) => run(['plan', CHATBOT, '--simulate', '--format', format])));
    for (const { stdout } of shown) {
      expect(stdout).toContain('Simulated, request by request');
      expect(stdout).toMatch(/requests played/);
    }
  });

  test('without GPUs of its own it says so', async () => {
    const { code, stdout } = await run(['plan', 'article.yaml', '--simulate'], { cwd: folder({ 'article.yaml': ARTICLE }) });
    expect(code).toBe(0);
    expect(stdout).toContain('simulation.nothing');
  });
});
