// The page of docs/recipes/react.md in jsdom, as Vite would build it: says what is in its list, and says hello by its form.
import { build } from 'esbuild';
import { JSDOM } from 'jsdom';

const { EVENTS, PUBLISH, TOKEN_URL, CHANNEL, HELLO } = process.env;
await build({
  stdin: {
    contents: `
      import { StrictMode } from 'react';
      import { createRoot } from 'react-dom/client';
      import { Room } from './recipe.jsx';
      createRoot(document.getElementById('root')).render(<StrictMode><Room channel=${JSON.stringify(CHANNEL)} /></StrictMode>);
    `,
    loader: 'jsx',
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  preserveSymlinks: true,
  define: { 'import.meta.env': JSON.stringify({ VITE_EVENTS: EVENTS, VITE_PUBLISH: PUBLISH, VITE_TOKEN_URL: TOKEN_URL }) },
  outfile: 'bundle.mjs',
});

const { window } = new JSDOM('<div id="root"></div>', { url: 'http://localhost/', pretendToBeVisual: true });
const { document, navigator, FormData, HTMLElement, Node } = window;
for (const [name, value] of Object.entries({ window, document, navigator, FormData, HTMLElement, Node })) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}
new window.MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      for (const item of node.tagName === 'LI' ? [node] : (node.querySelectorAll?.('li') ?? [])) console.log(`event: ${item.textContent}`);
    }
  }
  const input = document.querySelector('input');
  if (input && !document.querySelector('p') && !input.dataset.said) {
    input.dataset.said = 'yes';
    input.value = HELLO;
    input.form.requestSubmit();
  }
}).observe(document, { childList: true, subtree: true });
await import('./bundle.mjs');
