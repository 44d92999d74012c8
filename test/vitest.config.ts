import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['test/live/**', 'node_modules/**'],
    testTimeout: 180_000,
    // CI has two cores; vitest would leave one idle.
    maxWorkers: 2,
    globalSetup: ['test/helpers/build.ts'],
    typecheck: { enabled: false },
  },
});
