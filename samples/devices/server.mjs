// Two devices, each a gRPC client with one `Connect` call: commands come in, states go out. A command is acknowledged when it has been
// done, so one that comes while a device is off waits for it, and one that a crash interrupts comes again.
import { again, bearer, notifications } from '../grpc.mjs';

const DEVICES = ['heater', 'lamp'];

export function start({ urls, token }) {
  const offline = new Set();
  const calls = new Map();
  const client = notifications(urls.grpc);
  const state = Object.fromEntries(DEVICES.map((name) => [name, { on: false, done: 0 }]));

  async function live(name) {
    if (offline.has(name)) return true;
    const call = client.Connect(bearer(await token(name)));
    calls.set(name, call);
    let operations = 0;
    let worked = false;
    const ask = (operation) => call.write({ id: String(++operations), ...operation });
    const tell = () => ask({ publish: { channel: `devices.${name}.state`, content_type: 'application/json', payload: Buffer.from(JSON.stringify({ name, ...state[name] })) } });
    ask({ subscribe: { channels: [`devices.${name}.commands`], durable: 'commands', last: 1 } });
    tell();
    call.on('data', (message) => {
      worked = true;
      if (message.control?.expiring) token(name).then((fresh) => ask({ auth: { token: fresh } }), console.error);
      if (message.error) console.error(`${name}: ${message.error.reason} ${message.error.detail}`);
      if (!message.event) return;
      state[name] = { on: JSON.parse(message.event.payload).on, done: state[name].done + 1 };
      tell();
      ask({ ack: { subscription: message.subscription, cursor: message.cursor } });
    });
    await new Promise((ended) => call.on('error', ended).on('end', ended));
    return worked;
  }

  DEVICES.forEach((name) => again(() => live(name)));

  return {
    handle(request, response, path) {
      const [, name, what] = path.match(/^\/devices\/(\w+)\/(off|on)line$/) ?? [];
      if (!DEVICES.includes(name) || request.method !== 'POST') return false;
      if (what === 'on') {
        offline.delete(name);
      } else {
        offline.add(name);
        calls.get(name)?.cancel();
      }
      response.writeHead(204).end();
      return true;
    },
  };
}
