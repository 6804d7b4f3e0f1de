import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { defineConfig } from 'vite';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const product = process.env.EVERGRANT_URL ?? 'http://localhost:4000';
const outDir = here('../../dist/dashboard');

/** The colour scheme is set before the first paint, by a script of its own: the page allows no inline one. */
const schemeInHead = {
  name: 'scheme-in-head',
  /** @type {(this: import('vite').Rolldown.PluginContext) => Promise<void>} */
  async buildStart() {
    this.emitFile({
      type: 'asset',
      name: 'scheme.js',
      source: await readFile(here('src/shell/scheme.js'), 'utf8'),
    });
  },
  /** @type {{ order: 'post', handler: import('vite').IndexHtmlTransformHook }} */
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle }) {
      const asset = Object.values(bundle ?? {}).find(({ fileName }) =>
        /^assets\/scheme-.*\.js$/.test(fileName),
      );
      const src = asset ? `/${asset.fileName}` : '/src/shell/scheme.js';
      return { html, tags: [{ tag: 'script', attrs: { src }, injectTo: 'head-prepend' }] };
    },
  },
};

/** A `.br` beside each asset, so that serving compresses nothing. */
const precompressed = {
  name: 'precompressed',
  apply: /** @type {const} */ ('build'),
  async closeBundle() {
    const folder = join(outDir, 'assets');
    const names = (await readdir(folder)).filter((name) => /\.(js|css|svg)$/.test(name));
    await Promise.all(
      names.map(async (name) => {
        const compressed = await promisify(brotliCompress)(await readFile(join(folder, name)));
        await writeFile(join(folder, `${name}.br`), compressed);
      }),
    );
  },
};

export default defineConfig({
  root: here('.'),
  plugins: [schemeInHead, precompressed],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: 'chrome123',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // Every file of Mantine says `use client`: for servers that render, which ours is not.
      checks: { moduleLevelDirective: false },
    },
  },
  // `vite apps/dashboard` beside `npm start`: the API is the running product's, which wants changes from its own page.
  server: { proxy: { '/admin': { target: product, headers: { origin: product } } } },
});
