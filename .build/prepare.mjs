// `npm ci` leaves a runnable build; `npm ci --omit=dev` has no build tools and is left alone.
try {
  await import('esbuild');
} catch {
  console.error('llm-crossover: no build tools installed (--omit=dev), so nothing was built.');
  process.exit();
}
await import('./build.mjs');
