import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** npx vitest run --config test/live/vitest.config.ts, after npm ci --prefix test/live --omit=optional and npm run build */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/live/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false, // one server at a time: they would slow each other down
  },
});
