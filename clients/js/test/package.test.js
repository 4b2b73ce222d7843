import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { minify } from 'terser';
import { Log } from './log.js';

const here = new URL('..', import.meta.url).pathname;
const bin = join(here, 'node_modules/.bin');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** What a page pays, minified and gzipped: one that publishes too, and one that only listens; by the minifier, as its bundlers call it. */
const MOST_BYTES = {
  // webpack, Rollup. SWC and Oxc (Next.js, Parcel, Rspack, Vite 8) make less of it.
  terser: { 'index.js': 8_192, 'listen.js': 7_250 },
  // Vite up to 7. It names variables so that gzip finds less to repeat.
  esbuild: { 'index.js': 8_400, 'listen.js': 7_440 },
};
let project;

before(() => {
  project = mkdtempSync(join(tmpdir(), 'sluice-consumer-'));
  execFileSync('npm', ['pack', '--pack-destination', project, '--silent'], { cwd: here });
  writeFileSync(join(project, 'package.json'), '{"name":"consumer","version":"1.0.0","type":"module","private":true}');
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', join(project, 'sluice-client-0.1.0.tgz')], { cwd: project });
});

after(() => rmSync(project, { recursive: true }));

test('its types hold: tsc --strict --checkJs', () => {
  execFileSync(join(bin, 'tsc'), ['-p', '.', '--noEmit'], { cwd: here, stdio: 'inherit' });
});

test('needs no other package', () => {
  const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(readFileSync(join(project, 'node_modules/@sluice/client/package.json'), 'utf8'));
  assert.deepEqual([dependencies, peerDependencies, optionalDependencies], [undefined, undefined, undefined]);
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  assert.deepEqual(Object.keys(lock.packages), ['', 'node_modules/@sluice/client']);
});

const bundled = async (entry, minify) => {
  const { outputFiles } = await build({ entryPoints: [join(here, 'src', entry)], bundle: true, minify, format: 'esm', target: 'es2022', write: false });
  return outputFiles[0].text;
};
const MINIFIED = {
  terser: async (entry) => (await minify(await bundled(entry, false), { module: true })).code,
  esbuild: (entry) => bundled(entry, true),
};
for (const [minifier, limits] of Object.entries(MOST_BYTES)) {
  for (const [entry, most] of Object.entries(limits)) {
    test(`is small: ${entry}, by ${minifier}`, async (context) => {
      const code = await MINIFIED[minifier](entry);
      const size = gzipSync(code, { level: 9 }).length;
      context.diagnostic(`${Buffer.byteLength(code)} bytes minified, ${size} of them gzipped`);
      assert.ok(size <= most, `${size} bytes`);
    });
  }
}

test('a project of somebody else compiles with tsc --strict, and wrong use of it does not', () => {
  writeFileSync(join(project, 'good.ts'), `
import { SluiceError, connect, type Item, type State } from '@sluice/client';
const sluice = connect({ base: 'https://events.example.com', token: async () => 'token', transports: ['websocket', 'sse'] });
const subscription = sluice.subscribe({ channels: ['rooms.*'], last: 10, onState: (state: State) => console.log(state.name) });
async function read(): Promise<Item | undefined> {
  for await (const item of subscription) {
    if (item.gap) console.log(item.gap.reason.length);
    else console.log(item.channel.length, item.data);
    return item;
  }
  return undefined;
}
read().catch((error: unknown) => { if (error instanceof SluiceError && error.isFinal) console.log(error.reason.length, error.field?.length); });
const receipt: Promise<{ id: string; cursor?: string }> = sluice.publish('rooms.a', { any: 'thing' }, { type: 'order' });
receipt.then(({ id }) => id.length);
sluice.close();
import { connect as listen } from '@sluice/client/listen';
const state: State = listen({ base: 'https://events.example.com' }).subscribe({ channels: 'rooms.*' }).state;
console.log(state.name);
`);
  const tsc = (file) => execFileSync(join(bin, 'tsc'), ['--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--lib', 'es2022,dom', file], { cwd: project, encoding: 'utf8' });
  try {
    tsc('good.ts');
  } catch (error) {
    assert.fail(error.stdout);
  }
  for (const wrong of [
    "connect({ base: 1 });",
    "connect({ base: 'http://x', transports: ['pigeon'] });",
    "connect({ base: 'http://x' }).subscribe({});",
    "connect({ base: 'http://x' }).subscribe({ channels: 'a', last: 'x' });",
    "connect({ base: 'http://x' }).publish(1, 2);",
    "import { connect as listen } from '@sluice/client/listen'; listen({ base: 'http://x' }).publish('a', 2);",
  ]) {
    writeFileSync(join(project, 'wrong.ts'), `import { connect } from '@sluice/client';\n${wrong}\n`);
    assert.throws(() => tsc('wrong.ts'), (error) => /wrong\.ts\(2,/.test(error.stdout), wrong);
  }
});

/** A page of somebody who has installed it, at an address of its own: `visit(page)`. */
async function inBrowser(files, visit) {
  const server = createServer((request, response) => {
    if (request.url === '/') return response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>consumer</title><main></main>');
    const body = files(request.url);
    response.writeHead(body ? 200 : 404, { 'Content-Type': 'text/javascript' }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.stack));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await visit(page);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    server.close();
  }
}
const skip = !existsSync(CHROMIUM) && `no ${CHROMIUM}`;

const installed = (path) => {
  const file = join(project, 'node_modules', path);
  return existsSync(file) ? readFileSync(file) : undefined;
};

test('runs in a browser as it was packed', { skip }, () => {
  return inBrowser(installed, async (page) => {
    const { exports } = JSON.parse(readFileSync(join(project, 'node_modules/@sluice/client/package.json'), 'utf8'));
    for (const entry of ['.', './listen']) {
      const said = await page.evaluate(async (file) => {
        const { connect } = await import(file);
        connect({ base: '/' }).close();
        try {
          return connect({});
        } catch (error) {
          return error.message;
        }
      }, new URL(exports[entry].default, 'http://x/@sluice/client/').pathname);
      assert.match(said, /option 'base'/, entry);
    }
  });
});

test('goes on where the browser’s storage says that its reader was, whatever else it is told', { skip }, async () => {
  const log = await Log.start();
  try {
    log.publish(5);
    await inBrowser(installed, async (page) => {
      const read = (count) => page.evaluate(async ([base, most]) => {
        const { connect } = await import('/@sluice/client/src/listen.js');
        const sluice = connect({ base, token: 'token', transports: ['sse'] });
        const data = [];
        for await (const item of sluice.subscribe({ channels: 'a', cursor: 'c0', remember: 'local' })) if (data.push(item.data) === most) break;
        sluice.close();
        return data;
      }, [log.url, count]);
      assert.deepEqual(await read(3), [1, 2, 3]);
      assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), { 'sluice.cursor a': 'c2' });
      await page.reload();
      assert.deepEqual(await read(2), [3, 4]);
    });
  } finally {
    await log.end();
  }
});

test('the React recipe of the documentation shows each event once, and leaves when it is taken away', { skip }, async () => {
  const docs = readFileSync(join(here, '../../docs/javascript.md'), 'utf8');
  const [, recipe] = /## React\n\n```js\n([^]*?)```/.exec(docs);
  assert.ok(recipe.split('\n').length <= 30);
  writeFileSync(join(project, 'hook.js'), `import { useEffect, useState } from 'react';\n${recipe}`);
  writeFileSync(join(project, 'app.js'), `
import { StrictMode, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from '@sluice/client';
import { useChannel } from './hook.js';

function Channel({ sluice }) {
  const { items, state } = useChannel(sluice, 'a', { cursor: 'c0' });
  return \`\${state.name}: \${items.map(({ data }) => data)}\`;
}

window.show = (base) => {
  const sluice = connect({ base, token: 'token', transports: ['sse'] });
  const root = createRoot(document.querySelector('main'));
  // It mounts everything twice.
  root.render(createElement(StrictMode, null, createElement(Channel, { sluice })));
  window.leave = () => root.unmount();
};
`);
  const { outputFiles } = await build({ entryPoints: [join(project, 'app.js')], bundle: true, format: 'esm', write: false, nodePaths: [join(here, 'node_modules')], define: { 'process.env.NODE_ENV': '"development"' } });
  const log = await Log.start();
  try {
    await inBrowser((path) => path === '/app.js' && outputFiles[0].contents, async (page) => {
      await page.evaluate(async (base) => {
        await import('/app.js');
        window.show(base);
      }, log.url);
      log.publish(3);
      await page.waitForFunction(() => document.querySelector('main').textContent.endsWith(': 1,2,3'));
      await page.waitForFunction(() => document.querySelector('main').textContent.startsWith('live'));
      log.publish();
      await page.waitForFunction(() => document.querySelector('main').textContent === 'live: 1,2,3,4');
      assert.equal(log.listeners, 1);
      await page.evaluate(() => window.leave());
      while (log.listeners) await new Promise((resolve) => setTimeout(resolve, 10));
    });
  } finally {
    await log.end();
  }
});

test('runs in Node.js as it was packed', () => {
  const said = execFileSync('node', ['--input-type=module', '-e', "import { connect } from '@sluice/client'; try { connect({}) } catch (error) { console.log(error.message) }"], { cwd: project, encoding: 'utf8' });
  assert.match(said, /option 'base'/);
});
