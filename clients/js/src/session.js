import { SluiceError, nonsense } from './error.js';
import { watchdog } from './time.js';

/** So many heartbeats may be missing before a connection counts as dead. */
const PATIENCE = 2.5;

/** @typedef {ReturnType<typeof watched>} Watched what lives until `abort(why)`, or until nothing has come for too long */

export function watched() {
  const life = new AbortController();
  const dog = watchdog((ms) => life.abort(new SluiceError('timeout', `nothing came for ${ms} ms`)));
  life.signal.addEventListener('abort', dog.stop);
  return Object.assign(life, dog, {
    /** The server has said how often it will be heard. @param {any} open */
    beats({ heartbeatIntervalMs: ms }) {
      if (!(ms > 0)) throw nonsense('no heartbeat interval');
      dog.watch(PATIENCE * ms);
    },
  });
}
