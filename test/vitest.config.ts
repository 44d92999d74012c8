import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname.replaceAll('%20', ' '),
    include: ['test/**/*.test.ts'],
    exclude: ['test/live/**', 'node_modules/**'],
    testTimeout: 180_000,
    // Many tests time real processes; on a busy two-core machine one may lose its slot once.
    retry: 2,
    // CI has two cores; vitest would leave one idle.
    maxWorkers: 2,
    globalSetup: ['test/helpers/build.ts'],
    typecheck: { enabled: false },
  },
});
