import { SluiceError, nonsense } from './error.js';
import { PATIENCE } from './limits.js';
import { listen, watchdog } from './time.js';

/** @typedef {ReturnType<typeof watched>} Watched what lives until `abort(why)`, or until nothing has come for too long */

/** @param {(AbortSignal | undefined)[]} parents with which it ends too */
export function watched(...parents) {
  const life = new AbortController();
  for (const parent of parents) listen(parent, 'abort', () => life.abort(parent?.reason), life.signal);
  const dog = watchdog(life.signal, (ms) => life.abort(new SluiceError('timeout', `nothing came for ${ms} ms`)));
  return Object.assign(life, dog, {
    /** The server has said how often it will be heard. @param {any} open */
    beats({ heartbeatIntervalMs: ms }) {
      if (!(ms > 0)) throw nonsense('no heartbeat interval');
      dog.watch(PATIENCE * ms);
    },
  });
}
