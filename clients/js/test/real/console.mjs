// The console of the local stack, as somebody uses it. Arguments: its address, where the screenshot goes (may be left out).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { axe } from './axe.mjs';
import { chromium } from 'playwright-core';

const [url, screenshot] = process.argv.slice(2);
const PANES = { SSE: '#pane-sse-edge', WebSocket: '#pane-ws-edge', 'gRPC-Web': '#pane-grpc-edge' };
const PATIENCE = { timeout: 90_000 };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
const troubles = [];
page.on('pageerror', (error) => troubles.push(`error: ${error.stack}`));
page.on('console', (message) => {
  if (/Content.Security.Policy|Refused to/i.test(message.text())) troubles.push(`console: ${message.text()}`);
});

let published = 0;
const each = (act) => Promise.all(Object.values(PANES).map(act));
const texts = (pane) => page.$$eval(`${pane} .log .text:not(.control)`, (all) => all.map((line) => line.textContent.trim()).reverse());
const live = (pane) => page.waitForSelector(`${pane}[data-state=live]`, PATIENCE);

async function publish(count = 1) {
  for (let i = 0; i < count; i++) {
    await page.fill('#publish [name=text]', `event ${++published}`);
    await page.press('#publish [name=text]', 'Enter');
    await page.waitForFunction((n) => document.querySelector('#published').textContent.startsWith('Kafka has it') && (window.had ?? '') !== document.querySelector('#published').textContent && ((window.had = document.querySelector('#published').textContent), n), published, PATIENCE);
  }
}

/** All that was published, in order, once. */
async function complete(pane) {
  const wanted = Array.from({ length: published }, (_, n) => `event ${n + 1}`);
  await page.waitForFunction(
    ([where, last]) => [...document.querySelectorAll(`${where} .log .text`)].some((line) => line.textContent.trim() === last),
    [pane, wanted.at(-1)],
    PATIENCE,
  );
  assert.deepEqual(await texts(pane), wanted, pane);
}

async function step(what, act) {
  const began = performance.now();
  await act();
  console.log(`ok ${what} (${(performance.now() - began).toFixed(0)} ms)`);
}

try {
  const answer = await page.goto(url);
  assert.match(answer.headers()['content-security-policy'], /default-src 'none'; script-src 'self'; style-src 'self'/);
  const channel = `rooms.console-${Date.now().toString(36)}`;

  await step('three panes open without a login', async () => {
    await page.waitForSelector('#subscribe button:enabled', PATIENCE);
    await page.fill('#publish [name=channel]', channel);
    await page.fill('#subscribe [name=channels]', channel);
    await page.press('#subscribe [name=channels]', 'Enter');
    await each(live);
  });
  await step('one event is seen in all three', async () => {
    await publish(3);
    await each(complete);
    for (const pane of Object.values(PANES)) {
      assert.match(await page.textContent(`${pane} .latency`), /^\d+ ms$/);
      assert.match(await page.textContent(`${pane} .cursor code`), /^[\w-]{10,}$/);
      assert.notEqual(await page.textContent(`${pane} .bytes`), '0 B');
      // A second that had events stands out of the line below.
      for (const line of ['.rate', '.late']) await page.waitForFunction((where) => new Set(document.querySelector(where).getAttribute('points')?.match(/[\d.]+(?= |$)/g)).size > 1, `${pane} polyline${line}`, PATIENCE);
    }
  });
  for (const [name, pane] of Object.entries(PANES)) {
    await step(`${name}: drop the connection`, async () => {
      await page.click(`${pane} .drop`);
      await publish(2);
      await complete(pane);
      await live(pane);
    });
    await step(`${name}: pause reading, and catch up`, async () => {
      const before = (await texts(pane)).length;
      await page.click(`${pane} .pause`);
      await publish(5);
      // One may have been on its way.
      assert.ok((await texts(pane)).length <= before + 1);
      await page.click(`${pane} .pause`);
      await complete(pane);
    });
    await step(`${name}: expire the token`, async () => {
      await page.click(`${pane} .expire`);
      await live(pane);
      await page.waitForTimeout(7_000);
      await publish(2);
      await complete(pane);
    });
    await step(`${name}: kill a replica`, async () => {
      await page.click(`${pane} .kill`);
      await publish(3);
      await page.waitForSelector(`${pane} .kill:enabled`, PATIENCE);
      await complete(pane);
      await live(pane);
    });
  }
  await step('offline, and back', async () => {
    const config = await (await fetch(`${url}/config.json`)).json();
    const token = await (await fetch(`${url}/token`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })).text();
    await page.context().setOffline(true);
    // Somebody else goes on.
    for (let i = 0; i < 3; i++) {
      const answer = await fetch(`${config.publish}/v1/channels/${channel}/events`, {
        method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ text: `event ${++published}` }),
      });
      assert.equal(answer.status, 201);
    }
    await page.context().setOffline(false);
    await each(complete);
    await each(live);
  });
  await step('move a cursor to another protocol', async () => {
    await page.selectOption(`${PANES.SSE} .move`, 'gRPC-Web');
    await live(PANES['gRPC-Web']);
    await publish();
    await each(complete);
  });
  await step('a wrong filter is told at its field, in the server’s words', async () => {
    await page.fill('#subscribe [name=filter]', 'type =');
    await page.click('#subscribe button');
    await page.waitForFunction(() => /malformed/.test(document.querySelector('#filter-wrong').textContent), undefined, PATIENCE);
    assert.equal(await page.getAttribute('#subscribe [name=filter]', 'aria-invalid'), 'true');
    await page.fill('#subscribe [name=filter]', '');
    await page.fill('#subscribe [name=last]', '0');
    await page.click('#subscribe button');
    await page.waitForFunction(() => /whole number/.test(document.querySelector('#last-wrong').textContent), undefined, PATIENCE);
    await page.fill('#subscribe [name=last]', '');
    await page.click('#subscribe button');
    await each(live);
  });
  await step('operators see sessions, lag, gaps and why sessions ended', async () => {
    const edge = '#edge-ws-edge';
    await page.waitForFunction((where) => /[1-9]/.test(document.querySelector(`${where} dd`).textContent), edge, PATIENCE);
    await page.waitForFunction((where) => [...document.querySelectorAll(`${where} .ends li`)].some((line) => /client: [1-9]/.test(line.textContent)), edge, PATIENCE);
    await page.click(`${edge} button`);
    await page.waitForFunction((where) => document.querySelector(`${where} table`)?.textContent.includes('alice'), edge, PATIENCE);
    assert.match(await page.textContent(`${edge} table`), /websocket/);
  });
  await step('which protocol? asks, answers, and measures this machine', async () => {
    await page.click('#guide .answers button:text-is("No")');
    await page.click('#guide .answers button:text-is("Yes")');
    assert.match(await page.textContent('#guide .question'), /^SSE\./);
    await page.click('#guide .measure');
    await page.waitForFunction(() => document.querySelector('#guide .told').textContent.startsWith('Measured'), undefined, PATIENCE);
    const rows = await page.$$eval('#guide tbody tr', (all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    console.log(rows.map((row) => row.join('  ')).join('\n'));
    for (const row of rows) for (const cell of row.slice(1)) assert.match(cell, /^\d+ (B|ms|MiB)$/, row.join());
    assert.equal(await page.getAttribute('#guide tr.chosen', 'data-name'), 'SSE');
    await each(live);
  });
  await step('by keyboard alone', async () => {
    await page.focus('#publish [name=channel]');
    const reached = new Set();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(() => `${document.activeElement.closest('[id^=pane]')?.id ?? ''} ${document.activeElement.className || document.activeElement.name || document.activeElement.id || document.activeElement.tagName}`));
    }
    for (const pane of Object.values(PANES)) for (const what of ['drop', 'pause', 'expire', 'kill', 'move']) assert.ok(reached.has(`${pane.slice(1)} ${what}`), `${pane} ${what} of ${[...reached]}`);
  });
  if (screenshot) {
    await page.click('#steady');
    await page.waitForTimeout(8_000);
    await page.click('#steady');
    await axe(page);
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: screenshot });
    await (await page.$('#guide')).screenshot({ path: screenshot.replace('.png', '-guide.png') });
    await (await page.$('#operators')).screenshot({ path: screenshot.replace('.png', '-operators.png') });
    console.log(`ok screenshot in ${screenshot}`);
  }
  await step('360 px wide, light and dark', async () => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 740 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
      await axe(page);
    }
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(17, 23, 29)');
  });
  await step('the first page of docs/javascript.md, on a port of its own', async () => {
    const docs = readFileSync(new URL('../../../../docs/javascript.md', import.meta.url), 'utf8');
    const config = await (await fetch(`${url}/config.json`)).json();
    const token = await (await fetch(`${url}/token`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })).text();
    let html = /```html\n([^]*?)```/.exec(docs)[1].replace('TOKEN', token).replace('http://localhost:8090', url).replaceAll('rooms.lobby', `${channel}-own`);
    for (const [service, address] of [['websocket', 8082], ['sse', 8081], ['publish', 8080]]) html = html.replace(`http://localhost:${address}`, config[service]);
    const server = createServer((request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(html)).listen(0);
    try {
      const own = await browser.newPage();
      await own.goto(`http://localhost:${server.address().port}/`);
      // Whoever clicks before the page listens publishes all the same: it asks for the last ten.
      await own.click('html');
      await own.waitForFunction(() => document.body.textContent.includes('"text":"hello"'), undefined, PATIENCE);
      await own.close();
    } finally {
      server.close();
    }
  });
  await step('a page of another origin gets no token', async () => {
    const plain = await fetch(`${url}/token`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'text/plain' } });
    assert.equal(plain.status, 415);
    assert.equal((await fetch(`${url}/../../pom.xml`)).status, 404);
    assert.equal((await fetch(`${url}/%2e%2e/pom.xml`)).status, 404);
  });
  assert.deepEqual(troubles, []);
} catch (error) {
  console.log(`WRONG ${error.stack}`);
  for (const pane of Object.values(PANES)) console.log(pane, await page.getAttribute(pane, 'data-state').catch(() => ''), await page.$$eval(`${pane} .log li`, (all) => all.slice(0, 12).map((line) => line.textContent)).catch(() => ''));
  console.log(await page.textContent('#published').catch(() => ''), troubles);
  process.exitCode = 1;
} finally {
  await browser.close();
}
