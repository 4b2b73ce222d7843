// Signs in at the console with Keycloak, as somebody who has no token, and out again. Arguments: its address, a user whose password is the name.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { axe } from './axe.mjs';

const [url, user] = process.argv.slice(2);
const PATIENCE = { timeout: 90_000 };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
const page = await browser.newPage();
const troubles = [];
page.on('pageerror', (error) => troubles.push(`error: ${error.stack}`));
page.on('console', (message) => message.type() === 'error' && troubles.push(`console: ${message.text()}`));
// Why a request was refused the page is not told where CORS hides it.
page.on('response', async (answer) => answer.status() > 399 && troubles.push(`${answer.status()} ${answer.url()}: ${await answer.text().catch(String)}`));
const says = (text) => page.waitForFunction((wanted) => document.querySelector('#who')?.textContent === wanted, text, PATIENCE);
const live = () => page.waitForFunction(() => document.querySelectorAll('.pane[data-state=live]').length === 3, undefined, PATIENCE);

try {
  // What did not come from a question of this page is not taken.
  await page.goto(new URL('?code=stolen&state=guessed', url).href);
  await says('not signed in: this is no answer to what was asked here');
  assert.equal(new URL(page.url()).search, '');

  await page.click('#sign');
  await page.fill('#username', user, PATIENCE);
  await page.fill('#password', user);
  await page.click('#kc-login');
  await says(`signed in as ${user}`);
  assert.equal(new URL(page.url()).search, '');
  await live();
  await page.fill('#publish [name=text]', 'with a token of my own');
  await page.press('#publish [name=text]', 'Enter');
  await page.waitForFunction(() => [...document.querySelectorAll('.pane')].every((pane) => pane.querySelector('.log').textContent.includes('with a token of my own')), undefined, PATIENCE);
  await axe(page);
  console.log(`ok signed in as ${user} at ${url}, published, and saw it three times`);

  await page.click('#sign');
  await page.waitForURL((at) => at.href.startsWith(url) || at.pathname.includes('logout'), PATIENCE);
  if (!page.url().startsWith(url)) await page.click('#kc-logout');
  await page.waitForFunction(() => document.querySelector('#sign')?.textContent === 'Sign in' && !document.querySelector('#sign').hidden, undefined, PATIENCE);
  console.log('ok signed out');
  assert.deepEqual(troubles, []);
} catch (error) {
  console.log(`WRONG ${error.stack}\nat ${page.url()}\n${(await page.textContent('body').catch(() => '')).slice(0, 2_000)}\n`, troubles);
  process.exitCode = 1;
} finally {
  await browser.close();
}
