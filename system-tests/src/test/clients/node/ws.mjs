// One subscription with the library ws: node ws.mjs ws <url> <token>. What it sees it prints, a line of JSON each.
import WebSocket from 'ws';

const [, url, token] = process.argv.slice(2);
const say = (kind, more = {}) => console.log(JSON.stringify({kind, ...more}));

const socket = new WebSocket(url, ['sluice.v1.json'], {headers: {Authorization: `Bearer ${token}`}});
socket.on('open', () => say('open'));
socket.on('error', e => say('error', {text: String(e)}));
socket.on('close', code => say('error', {text: `closed ${code}`}));
socket.on('message', data => {
  const frame = JSON.parse(data);
  if (frame.op === 'event') {
    say('message', {n: frame.data.n, id: frame.cursor, bytes: data.length});
  } else if (frame.op === 'heartbeat') {
    say('heartbeat', {id: frame.cursor});
  } else {
    say('control', {type: frame.op, members: frame});
  }
});
