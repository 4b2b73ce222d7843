import { nonsense } from './error.js';
import { eventOf, parse } from './events.js';
import { ask } from './http.js';
import { pause } from './time.js';
import { query } from './stream.js';

const WAIT_S = 25;
const LIMIT = 500;
/** An answer without news that comes much sooner than asked for must not make a busy loop. */
const BREATH_MS = 500;

/** Long polls, for whom nothing that streams gets through to. */
export class PollTransport {
  /** @param {import('./client.js').Client} client */
  constructor(client) {
    this.client = client;
  }

  /** @param {import('./subscription.js').Carried} subscription @param {import('./session.js').Session} session */
  async run(subscription, session) {
    const { client } = this;
    const { dog, signal } = session;
    for (let wait = 0; ; wait = WAIT_S) {
      const token = await client.tokens.get();
      const asked = performance.now();
      dog.watch(wait * 1_000 + client.options.openTimeoutMs);
      const answer = await ask(client, 'poll', `/v1/poll${query(subscription.wanted, { wait, limit: LIMIT })}`, token, signal);
      const { events, cursor, gap } = parse(await answer.text());
      dog.stop();
      if (!Array.isArray(events) || typeof cursor !== 'string') throw nonsense('no events and cursor in the answer');
      if (!session.opened) subscription.opened(session, subscription.cursor);
      for (const each of events) subscription.event(session, eventOf(each));
      if (gap) subscription.gap(session, gap, cursor);
      if (events.length < LIMIT) {
        subscription.heartbeat(session, cursor);
        subscription.live();
      }
      if (wait && !gap && !events.length && performance.now() - asked < BREATH_MS) await pause(BREATH_MS * (1 + Math.random()), signal);
      await subscription.room(signal);
    }
  }
}
