import { nonsense } from './error.js';
import { parse } from './events.js';
import { ask } from './http.js';
import { BREATH_MS, LIMIT, WAIT_S } from './limits.js';
import { pause } from './time.js';

/**
 * Long polls, for whom nothing that streams gets through to.
 * @type {import('./subscription.js').Transport}
 */
export async function poll(session, client) {
  for (let wait = 0; ; wait = WAIT_S) {
    const asked = performance.now();
    const answer = await ask(client, session, 'poll', '/v1/poll', {
      query: { ...session.wanted(), wait, limit: LIMIT },
      ms: wait * 1_000 + client.options.openTimeoutMs,
    });
    const { events, cursor, gap } = parse(await answer.text());
    if (!Array.isArray(events) || !cursor) throw nonsense('no events and cursor');
    if (!wait) session.hear('open', {});
    for (const each of events) session.hear('event', each);
    if (gap) session.hear('gap', gap, cursor);
    if (events.length < LIMIT) session.hear('heartbeat', { isLast: true }, cursor);
    if (wait && !gap && !events.length && performance.now() - asked < BREATH_MS) await pause(BREATH_MS * (1 + Math.random()), session.signal);
    await session.room();
  }
}
