import { connect } from './client/index.js';
import { stream } from './grpc-web.js';
import { Pane } from './pane.js';

/** Through the client, over one transport. */
class ClientPane extends Pane {
  open(wanted, token) {
    this.sluice = connect({ ...this.options(), token });
    const ours = (this.subscription = this.sluice.subscribe({
      ...wanted,
      onEvent: (event) => this.subscription === ours && this.event(event),
      onGap: ({ gap, cursor: to }) => {
        this.at(to);
        this.note(`gap: ${gap.reason}`);
      },
      onState: (state) => {
        this.state(state.name, state.name === 'live' ? undefined : state.error?.reason);
        if (state.name === 'live' && ours) this.at(ours.cursor);
      },
      onError: (error) => {
        this.note(error.message);
        if (error.isFinal) this.onRefused(error);
      },
    }));
  }

  pause(paused) {
    if (paused) this.subscription.pause();
    else this.subscription.resume();
  }

  stop() {
    this.subscription = undefined;
    this.sluice?.close();
  }
}

export class SsePane extends ClientPane {
  #running = new AbortController();

  constructor(config) {
    super('SSE', 'sse-edge', config);
  }

  options() {
    return { urls: { sse: this.config.sse }, transports: ['sse'], fetch: (url, how) => this.#fetch(url, how) };
  }

  /** Counts what comes, and can be cut off. */
  async #fetch(url, how) {
    const cut = (this.#running = new AbortController());
    how.signal.addEventListener('abort', () => cut.abort(how.signal.reason));
    const answer = await fetch(url, { ...how, signal: cut.signal });
    if (!answer.ok || !answer.body) return answer;
    const counted = answer.body.pipeThrough(new TransformStream({ transform: (bytes, out) => (this.count(bytes.length), out.enqueue(bytes)) }));
    return new Response(counted, { status: answer.status, headers: answer.headers });
  }

  drop() {
    this.#running.abort(new Error('dropped'));
  }
}

export class WebSocketPane extends ClientPane {
  #socket;

  constructor(config) {
    super('WebSocket', 'ws-edge', config);
  }

  options() {
    const pane = this;
    class Counted extends WebSocket {
      constructor(url, protocols) {
        super(url, protocols);
        pane.#socket = this;
        this.addEventListener('message', ({ data }) => pane.count(new Blob([data]).size));
      }
    }
    return { urls: { websocket: this.config.websocket }, transports: ['websocket'], WebSocket: Counted };
  }

  drop() {
    this.#socket?.close();
  }
}

/** By hand: what @sluice/client does for the other two, as far as a demonstration needs it. */
export class GrpcWebPane extends Pane {
  #run;
  #call;
  #resume = () => {};

  constructor(config) {
    super('gRPC-Web', 'grpc-edge', config);
  }

  open(wanted, token) {
    const run = (this.#run = {});
    this.#going(run, wanted, token);
  }

  async #going(run, wanted, getToken) {
    let current = await getToken().catch((error) => this.note(error.message));
    for (let tries = 0; this.#run === run; ) {
      this.state('connecting');
      const call = (this.#call = new AbortController());
      let silence;
      const alive = (ms) => {
        clearTimeout(silence);
        silence = setTimeout(() => call.abort(), ms);
      };
      let patience = 10_000;
      let waitMs;
      alive(patience);
      try {
        const end = await stream(this.config.grpc, current, wanted, {
          signal: call.signal,
          count: (bytes) => this.count(bytes),
          hear: async (message) => {
            if (this.#run !== run) return;
            wanted = { channels: wanted.channels, filter: wanted.filter, cursor: message.cursor };
            if (message.control === 'open') {
              patience = 2.5 * message.heartbeatMs;
              tries = 0;
              this.state('live');
            } else if (message.control === 'gap') this.note(`gap: ${message.reason}`);
            else if (message.control === 'close') waitMs = message.reconnectAfterMs ?? 0;
            if (message.control) this.at(message.cursor);
            else this.event(message);
            clearTimeout(silence);
            while (this.paused && this.#run === run) {
              this.state('catching-up');
              await new Promise((resolve) => (this.#resume = resolve));
              this.state('live');
            }
            alive(patience);
          },
        });
        if (this.#run === run && end) {
          this.note(`${end.reason}: ${end.detail}`);
          if (['forbidden', 'malformed', 'superseded'].includes(end.reason)) {
            this.state('closed', end.reason);
            return this.onRefused(end);
          }
        }
      } catch (error) {
        if (this.#run === run) this.note(`network: ${error.message}`);
      } finally {
        clearTimeout(silence);
      }
      if (this.#run !== run) return;
      waitMs ??= Math.random() * Math.min(30_000, 500 * 2 ** tries++);
      this.state('waiting');
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      current = await getToken().catch((error) => this.note(error.message));
    }
  }

  pause(paused) {
    if (!paused) this.#resume();
  }

  stop() {
    this.#run = undefined;
    this.#call?.abort();
    this.#resume();
  }

  drop() {
    this.#call?.abort();
  }
}
