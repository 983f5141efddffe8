// How the page is built: plain files under dist/ with content hashes in their names, no inline script or style, so that
// a strict Content-Security-Policy holds.
import { defineConfig } from 'vitest/config';

const server = process.env['FANFARE_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: { target: 'es2021', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': server, '/config.json': server } },
  test: { include: ['src/**/*.test.ts'], setupFiles: ['vitest.setup.mjs'], restoreMocks: true },
});
