// A sample in Chromium, as somebody uses it. Arguments: its name, its address, where the screenshot goes.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [sample, url, screenshot] = process.argv.slice(2);
const PATIENCE = { timeout: 60_000 };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
const troubles = [];

async function open(path = '') {
  const page = await browser.newPage({ viewport: { width: 900, height: 560 }, colorScheme: 'light' });
  page.on('pageerror', (error) => troubles.push(error.stack));
  await page.goto(url + path);
  return page;
}

const SAMPLES = {
  async chat() {
    const room = '#log li:not(.gap)';
    const said = (page) => page.$$eval(room, (all) => all.map((line) => line.innerText.replace('\n', ': ')));
    const hears = (page, count) => page.waitForFunction(([lines, n]) => document.querySelectorAll(lines).length >= n, [room, count], PATIENCE);
    const say = async (page, text) => {
      await page.fill('#text', text);
      await page.press('#text', 'Enter');
    };
    const alice = await open('/?user=alice');
    const bob = await open('/?user=bob');
    await say(alice, 'Is anybody here?');
    await hears(bob, 1);
    await say(bob, 'I am. Who else?');
    await hears(alice, 2);
    const carol = await open('/?user=carol');
    await hears(carol, 2); // history
    await say(carol, 'Me, and I have read what you said before I came.');
    await hears(alice, 3);
    assert.deepEqual(await said(alice), ['alice: Is anybody here?', 'bob: I am. Who else?', 'carol: Me, and I have read what you said before I came.']);
    assert.equal(await alice.locator('#log li.mine').count(), 1);
    await alice.screenshot({ path: screenshot });
    await bob.selectOption('#room', 'garden');
    await say(bob, 'Nice and quiet.');
    await hears(bob, 1);
    assert.deepEqual(await said(bob), ['bob: Nice and quiet.']);
    assert.equal((await said(alice)).length, 3);
  },
  async ticker() {
    const page = await open();
    await page.waitForFunction(() => document.querySelectorAll('#rows tr').length === 4, null, PATIENCE);
    const price = () => page.textContent('#rows tr td:nth-child(2)');
    const before = await price();
    await page.waitForFunction((old) => document.querySelector('#rows tr td:nth-child(2)').textContent !== old, before, PATIENCE);
    await page.waitForFunction(() => document.querySelector('#rows polyline').getAttribute('points').split(' ').length > 30, null, PATIENCE);
    assert.deepEqual(await page.$$eval('#rows tr td:first-child', (all) => all.map((cell) => cell.textContent)), ['EUR-USD', 'GBP-USD', 'USD-CHF', 'USD-JPY']);
    await page.screenshot({ path: screenshot });
  },
  async jobs() {
    const page = await open();
    await page.click('#begin');
    await page.waitForSelector('#jobs li', PATIENCE);
    await page.waitForFunction(() => document.querySelector('#jobs progress').value > 0, null, PATIENCE);
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#jobs li span').textContent === 'done', null, PATIENCE);
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#jobs li span').textContent === 'done', null, PATIENCE);
  },
  async devices() {
    const page = await open();
    const says = (name, text) => page.waitForFunction(([id, wanted]) => document.querySelector(`#${id} span`)?.textContent === wanted, [name, text], PATIENCE);
    await says('lamp', 'off, 0 commands done');
    await page.click('#lamp .switch');
    await says('lamp', 'on, 1 commands done');
    await Promise.all([page.waitForResponse((answer) => answer.url().endsWith('/lamp/offline')), page.uncheck('#lamp input')]);
    await page.click('#lamp .switch'); // waits in the log
    await page.click('#heater .switch');
    await says('heater', 'on, 1 commands done');
    assert.equal(await page.textContent('#lamp span'), 'on, 1 commands done');
    await page.check('#lamp input');
    await says('lamp', 'off, 2 commands done');
  },
  async hybrid() {
    const page = await open();
    await page.click('#order');
    await page.waitForFunction(() => document.querySelectorAll('#log li').length >= 2, null, PATIENCE);
    const [ordered, shipped] = await page.$$eval('#log li', (all) => all.map((line) => line.textContent));
    assert.equal(shipped, `${ordered.split(' ')[0]} was shipped as P-${ordered.split(' ')[0]}`);
  },
};

try {
  await SAMPLES[sample]();
  assert.deepEqual(troubles, []);
  console.log(`ok sample ${sample}`);
} finally {
  await browser.close();
}
