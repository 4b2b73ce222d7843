// What all samples share: files, and who is let in. Real applications have a login here; this one believes any name.
//   serve.mjs SAMPLE [PORT]. TOKEN_URL?user=… gives tokens in place of ./sluice token; SLUICE_URLS says where the services are.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const [sample = 'chat', port = '8100'] = process.argv.slice(2);
const here = (path) => new URL(path, import.meta.url);
if (!existsSync(here(`./${sample}/index.html`))) throw new Error(`there is no sample '${sample}'`);
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css' };
const urls = process.env.SLUICE_URLS
  ? JSON.parse(process.env.SLUICE_URLS)
  : { websocket: 'http://localhost:8082', sse: 'http://localhost:8081', publish: 'http://localhost:8080', grpc: 'http://localhost:8083' };

/** A token of that user; asked again whenever one is about to expire. */
async function token(user) {
  if (!/^[a-z0-9-]{1,30}$/.test(user)) throw new TypeError('a name is 1 to 30 of a-z, 0-9 and -');
  if (process.env.TOKEN_URL) return (await fetch(`${process.env.TOKEN_URL}?user=${user}`)).text();
  const { stdout } = await promisify(execFile)(fileURLToPath(here('../sluice')), ['token', user, '--role', 'publisher', '--role', 'reader', '--ttl', '1h']);
  return stdout.trim();
}

// A sample may have a side at the server: handle(request, response) answers what is no file, when it returns true.
const side = existsSync(here(`./${sample}/server.mjs`)) ? await import(here(`./${sample}/server.mjs`)) : {};
const { handle = () => false } = (await side.start?.({ urls, token })) ?? {};

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const answer = (status, type, body) => response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8` }).end(body);
  try {
    if (pathname === '/token') return answer(200, 'text/plain', await token(searchParams.get('user') ?? ''));
    if (pathname === '/urls') return answer(200, 'application/json', JSON.stringify({ websocket: urls.websocket, sse: urls.sse, publish: urls.publish }));
    if (await handle(request, response, pathname)) return;
    const path = pathname.startsWith('/client/') ? `../clients/js/src/${pathname.slice(8)}` : `./${sample}/${pathname === '/' ? 'index.html' : pathname.slice(1)}`;
    if (pathname === '/server.mjs') return answer(404, 'text/plain', 'not found');
    answer(200, TYPES[extname(path)] ?? 'application/octet-stream', await readFile(here(path)));
  } catch (error) {
    answer(error instanceof TypeError ? 400 : error.code === 'ENOENT' ? 404 : 500, 'text/plain', error.message);
  }
});
server.listen(Number(port), 'localhost', () => console.log(`ready: http://localhost:${server.address().port}`));
