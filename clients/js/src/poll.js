import { nonsense } from './error.js';
import { parse } from './events.js';
import { ask, query } from './http.js';
import { BREATH_MS, LIMIT, WAIT_S } from './limits.js';
import { pause } from './time.js';

/**
 * Long polls, for whom nothing that streams gets through to.
 * @type {import('./subscription.js').Transport}
 */
export async function poll(session, client) {
  const { signal } = session;
  for (let wait = 0; ; wait = WAIT_S) {
    const token = await client.tokens.get();
    const asked = performance.now();
    session.watch(wait * 1_000 + client.options.openTimeoutMs);
    const answer = await ask(client, 'poll', `/v1/poll${query({ ...session.wanted(), wait, limit: LIMIT })}`, token, signal);
    const { events, cursor, gap } = parse(await answer.text());
    session.stop();
    if (!Array.isArray(events) || typeof cursor !== 'string') throw nonsense('no events and cursor');
    if (!session.isOpen) session.opened();
    for (const each of events) session.hear('event', each);
    if (gap) session.hear('gap', gap, cursor);
    if (events.length < LIMIT) {
      session.hear('heartbeat', answer, cursor);
      session.live();
    }
    if (wait && !gap && !events.length && performance.now() - asked < BREATH_MS) await pause(BREATH_MS * (1 + Math.random()), signal);
    await session.room();
  }
}
