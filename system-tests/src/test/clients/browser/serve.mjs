// The page of docs/recipes/browser.md in Chromium, with its first line set: says what its console says.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const { CHROMIUM, EVENTS, PUBLISH, TOKEN_URL, CHANNEL, HELLO } = process.env;
const set = { EVENTS, PUBLISH: '', CHANNEL, TOKEN_URL: '/token', HELLO };
const line = `const ${Object.entries(set).map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(', ')};`;
const page = readFileSync('recipe.html', 'utf8').replace(/^const EVENTS = .*$/m, line);

// The page's own host has the tokens, and the publisher behind it.
const server = createServer(async (request, response) => {
  if (request.url === '/') {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
    return;
  }
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const { authorization, 'content-type': type, 'idempotency-key': key } = request.headers;
  const headers = Object.fromEntries(Object.entries({ authorization, 'content-type': type, 'idempotency-key': key }).filter(([, value]) => value));
  const body = pieces.length ? Buffer.concat(pieces) : undefined;
  const answer = await fetch(request.url === '/token' ? TOKEN_URL : PUBLISH + request.url, { method: request.method, headers, body });
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
}).listen(0, 'localhost', () => {
  const url = `http://localhost:${server.address().port}/`;
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--enable-logging=stderr'];
  const chromium = spawn(CHROMIUM, [...flags, `--user-data-dir=${process.cwd()}/profile`, url], { stdio: ['ignore', 'ignore', 'pipe'] });
  createInterface({ input: chromium.stderr }).on('line', (text) => {
    console.error(text);
    const said = /CONSOLE.*?"(event: .*)", source: /.exec(text);
    if (said) console.log(said[1]);
  });
  chromium.on('exit', (code) => process.exit(code ?? 1));
});
