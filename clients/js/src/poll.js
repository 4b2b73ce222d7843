import { SluiceError } from './error.js';
import { eventOf, parse } from './events.js';
import { ask } from './http.js';
import { query } from './stream.js';
import { Watchdog, pause } from './time.js';

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

  /** It is the last resort: nobody waits to come back to it. @returns {Promise<boolean>} */
  async probe() {
    return true;
  }

  /** @param {import('./subscription.js').Subscription} subscription @param {import('./session.js').Session} session */
  async run(subscription, session) {
    const { client } = this;
    const dog = new Watchdog(() => session.end(new SluiceError('timeout', 'a poll was not answered in time')));
    let wait = 0;
    try {
      while (!session.ended) {
        const token = await client.tokens.get();
        const asked = performance.now();
        dog.watch(wait * 1_000 + client.options.openTimeoutMs);
        const { events, cursor, gap } = await this.#poll(subscription, session, token, wait);
        dog.stop();
        if (session.ended) return;
        if (!session.opened) subscription.opened(session, subscription.cursor);
        for (const each of events) subscription.event(session, eventOf(each));
        if (gap) subscription.gap(session, gap, cursor);
        if (events.length < LIMIT) {
          subscription.heartbeat(session, cursor);
          subscription.live();
        }
        if (wait > 0 && !gap && events.length === 0 && performance.now() - asked < BREATH_MS) {
          await pause(BREATH_MS * (1 + Math.random()), session.signal);
        }
        await subscription.room(session.signal);
        wait = WAIT_S;
      }
    } finally {
      dog.stop();
    }
  }

  /** @param {import('./subscription.js').Subscription} subscription @param {import('./session.js').Session} session @param {string | undefined} token @param {number} wait */
  async #poll(subscription, session, token, wait) {
    const url = this.client.url('poll', `/v1/poll${query(subscription.wanted, { wait, limit: LIMIT })}`);
    try {
      const answer = await ask(this.client, url, { token, signal: session.signal });
      const said = parse(await answer.text());
      if (!Array.isArray(said?.events) || typeof said.cursor !== 'string') throw new SluiceError('protocol', 'no events and cursor in the answer');
      return said;
    } catch (error) {
      if (error instanceof SluiceError && error.isOfToken) this.client.tokens.refuse(token);
      throw error;
    }
  }
}
