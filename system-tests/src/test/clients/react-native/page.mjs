// The page of docs/recipes/react-native.md on react-native-web in jsdom, with what React Native gives in place of what Node.js has: says
// what it is handed, says hello, and is in the background for a moment when it has heard that.
import { AbortController, AbortSignal } from 'abort-controller';
import { build } from 'esbuild';
import { JSDOM } from 'jsdom';

const { EVENTS, SOCKET, PUBLISH, TOKEN_URL, CHANNEL, HELLO } = process.env;
const environment = { EXPO_PUBLIC_EVENTS: EVENTS, EXPO_PUBLIC_SOCKET: SOCKET, EXPO_PUBLIC_PUBLISH: PUBLISH, EXPO_PUBLIC_TOKEN_URL: TOKEN_URL };
const given = ['AbortController', 'AbortSignal', 'fetch'];
await build({
  stdin: {
    contents: `
      import { createRoot } from 'react-dom/client';
      import { send, useChannel } from './recipe.jsx';
      const channel = ${JSON.stringify(CHANNEL)};
      function Inbox() {
        useChannel(channel, ({ data }) => document.dispatchEvent(new CustomEvent('heard', { detail: data })));
        return null;
      }
      createRoot(document.getElementById('root')).render(<Inbox />);
      send(channel, ${JSON.stringify(HELLO)}).catch(console.error);
    `,
    loader: 'jsx',
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  preserveSymlinks: true,
  alias: { 'react-native': 'react-native-web' },
  resolveExtensions: ['.web.js', '.js', '.jsx', '.mjs'],
  define: {
    'process.env.NODE_ENV': '"production"',
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [`process.env.${name}`, JSON.stringify(value)])),
    ...Object.fromEntries(given.map((name) => [name, `reactNative.${name}`])),
  },
  outfile: 'bundle.mjs',
});

globalThis.reactNative = {
  AbortController,
  AbortSignal,
  // Its own takes whatever signal can be listened to.
  fetch(url, { signal, ...options } = {}) {
    const life = new globalThis.AbortController();
    signal?.addEventListener('abort', () => life.abort());
    if (signal?.aborted) life.abort();
    return fetch(url, { ...options, signal: life.signal });
  },
};
const { window } = new JSDOM('<div id="root"></div>', { url: 'http://localhost/', pretendToBeVisual: true });
const { document, navigator, CustomEvent, HTMLElement, Node } = window;
for (const [name, value] of Object.entries({ window, document, navigator, CustomEvent, HTMLElement, Node })) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}
const become = (visibility) => {
  Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
  document.dispatchEvent(new window.Event('visibilitychange'));
};
document.addEventListener('heard', ({ detail }) => {
  console.log(`event: ${detail}`);
  if (detail !== HELLO) return;
  become('hidden');
  setTimeout(become, 1_000, 'visible');
});
await import('./bundle.mjs');
