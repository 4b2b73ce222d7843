import { connect } from './client/index.js';
import { token } from './identity.js';

const SHOWN = 100;
const SECONDS = 60;

/** Where this page publishes: over a WebSocket of its own, so that dropping another one does no harm to it. */
export class Channel {
  constructor({ websocket }) {
    this.sluice = connect({ urls: { websocket }, token: () => token() });
  }

  publish(channel, data) {
    return this.sluice.publish(channel, data);
  }
}

/** What one protocol has to show. Subclasses connect. */
export class Pane {
  #lately = [];
  #latencies = [];
  #droppedAt;
  events = 0;
  bytes = 0;
  /** How long it took to come back when it was last dropped. */
  backMs;
  #seconds = Array.from({ length: SECONDS }, () => ({ events: 0, late: 0 }));
  cursor;
  paused = false;

  constructor(name, component, config) {
    this.name = name;
    this.component = component;
    this.config = config;
  }

  show(parent, others) {
    const root = document.querySelector('#pane').content.cloneNode(true).firstElementChild;
    this.root = root;
    root.id = `pane-${this.component}`;
    root.setAttribute('aria-label', this.name);
    root.querySelector('h2').textContent = this.name;
    root.querySelector('svg title').textContent = `${this.name}: events a second and latency of the last ${SECONDS} s`;
    root.querySelector('.log').setAttribute('aria-label', `${this.name}: events`);
    const on = (button, act) => root.querySelector(button).addEventListener('click', act);
    on('.drop', () => this.dropped());
    on('.pause', ({ currentTarget }) => {
      this.paused = !this.paused;
      currentTarget.setAttribute('aria-pressed', String(this.paused));
      currentTarget.textContent = this.paused ? 'Resume reading' : 'Pause reading';
      this.pause(this.paused);
    });
    // There is nobody who would do either.
    if (!this.config.local) for (const button of root.querySelectorAll('.expire, .kill')) button.hidden = true;
    on('.expire', () => {
      this.note('goes on with a token that is good for 5 s');
      this.restart({ cursor: this.cursor, ttl: 5 });
    });
    on('.kill', async ({ currentTarget }) => {
      currentTarget.disabled = true;
      this.note('its server is killed, and started again');
      const answer = await fetch('kill', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ component: this.component }) });
      if (!answer.ok) this.note(await answer.text());
      currentTarget.disabled = false;
    });
    const move = root.querySelector('.move');
    move.append(new Option('…', ''), ...others.map((other) => new Option(other, other)));
    move.setAttribute('aria-label', `Move the cursor of ${this.name} to`);
    move.addEventListener('change', () => {
      if (move.value && this.cursor) this.onMove(move.value, this.cursor);
      move.value = '';
    });
    parent.append(root);
    setInterval(() => this.#tick(), 1_000);
  }

  /** Anew, with other parameters. */
  start(wanted) {
    this.wanted = wanted;
    this.cursor = undefined;
    this.restart({});
  }

  /** On from a cursor, perhaps with a token that lives so many seconds at first. */
  restart({ cursor, ttl }) {
    this.stop();
    const wanted = cursor ? { ...this.wanted, cursor, since: undefined, last: undefined } : this.wanted;
    if (cursor) this.note(`from ${cursor}`);
    let first = ttl;
    this.open(wanted, () => {
      const lifetime = first;
      first = undefined;
      return token(lifetime);
    });
    if (this.paused) this.pause(true);
  }

  dropped() {
    this.note('dropped');
    this.backMs = undefined;
    this.#droppedAt = performance.now();
    this.drop();
  }

  /** Of the latest events. */
  get medianMs() {
    return this.#latencies.toSorted((a, b) => a - b)[this.#latencies.length >> 1];
  }

  // ---- What a subclass tells

  state(name, reason) {
    if (this.#droppedAt && (name === 'live' || name === 'catching-up')) {
      this.backMs = performance.now() - this.#droppedAt;
      this.#droppedAt = undefined;
    }
    this.root.dataset.state = name;
    this.root.querySelector('.words').textContent = reason ? `${name} (${reason})` : name;
  }

  count(bytes) {
    this.bytes += bytes;
  }

  event({ cursor, channel, data, type, time }) {
    this.at(cursor);
    this.events++;
    const latency = Math.max(0, Date.now() - (data?.sentAt ?? (typeof time === 'string' ? Date.parse(time) : time)));
    this.#lately.push(latency);
    this.#latencies = [...this.#latencies, latency].slice(-SHOWN);
    const text = [data, data?.text].find((each) => typeof each === 'string') ?? JSON.stringify(data);
    this.#line(`${channel}${type === 'message' ? '' : ` (${type})`} · ${latency} ms`, text ?? '');
  }

  /** Something that is no event. */
  note(text) {
    this.#line('', text, 'control');
  }

  at(cursor) {
    if (!cursor) return;
    this.cursor = cursor;
    this.root.querySelector('.cursor code').textContent = cursor;
  }

  #line(meta, text, kind = '') {
    const line = document.createElement('li');
    const before = document.createElement('span');
    before.className = 'meta';
    before.textContent = meta;
    const what = document.createElement('span');
    what.className = `text ${kind}`;
    what.textContent = ` ${text}`;
    line.append(before, what);
    const log = this.root.querySelector('.log');
    log.prepend(line);
    while (log.childElementCount > SHOWN) log.lastElementChild.remove();
    this.#figures();
  }

  #figures() {
    this.root.querySelector('.events').textContent = this.events;
    this.root.querySelector('.bytes').textContent = this.bytes < 10_000 ? `${this.bytes} B` : `${(this.bytes / 1_024).toFixed(1)} KiB`;
    const last = this.#lately.at(-1);
    if (last !== undefined) this.root.querySelector('.latency').textContent = `${last} ms`;
  }

  #tick() {
    const late = this.#lately.length ? Math.max(...this.#lately) : 0;
    this.#seconds.push({ events: this.#lately.length, late });
    this.#seconds.shift();
    this.#lately = [];
    this.#figures();
    for (const [line, of] of [['.rate', 'events'], ['.late', 'late']]) {
      const most = Math.max(1, ...this.#seconds.map((second) => second[of]));
      const points = this.#seconds.map((second, at) => `${((at * 120) / (SECONDS - 1)).toFixed(1)},${(27 - (second[of] / most) * 25).toFixed(1)}`);
      this.root.querySelector(`polyline${line}`).setAttribute('points', points.join(' '));
    }
  }
}
