// What the edges say of themselves: /q/metrics of each replica, and its list of sessions.

const EVERY_MS = 2_000;
const KEPT = 60;

/** Prometheus' text format, as far as it is used here: `{ name, labels, value }`. */
export function samples(text) {
  const found = [];
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)/i.exec(line) ?? [];
    if (name) found.push({ name, labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, of]) => [key, of])), value: Number(value) });
  }
  return found;
}

const element = (name, text = '', kind = '') => {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
};

const FIGURES = [
  ['sessions', 'sluice_connections_active'],
  ['subscriptions', 'sluice_subscriptions_active'],
  ['records behind the log', 'sluice_log_lag'],
  ['gaps told', 'sluice_gaps_total'],
  ['requests refused', 'sluice_requests_refused_total'],
];

/** One edge. */
class Edge {
  #history = [];
  #figures = new Map();
  #ends = element('ul', '', 'ends');
  #state = element('p', '…', 'state');
  #sessions = element('div', '', 'sessions');
  #line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
  heapBytes;

  constructor({ name, url }, parent) {
    this.name = name;
    this.url = url;
    const root = element('section', '', 'edge');
    root.id = `edge-${name}`;
    const list = element('dl');
    for (const [label] of FIGURES) {
      const pair = element('div');
      const figure = element('dd', '–');
      pair.append(element('dt', label), figure);
      list.append(pair);
      this.#figures.set(label, figure);
    }
    const spark = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    for (const [attribute, value] of Object.entries({ class: 'spark', viewBox: '0 0 120 28', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${name}: sessions of the last ${(KEPT * EVERY_MS) / 1_000} s` })) spark.setAttribute(attribute, value);
    this.#line.setAttribute('class', 'rate');
    spark.append(this.#line);
    const button = element('button', 'List sessions');
    button.type = 'button';
    button.addEventListener('click', () => this.#list());
    root.append(element('h3', name), this.#state, list, spark, element('h4', 'Sessions ended, by reason'), this.#ends, button, this.#sessions);
    parent.append(root);
  }

  async look() {
    let all;
    try {
      const answer = await fetch(`${this.url}/q/metrics`, { cache: 'no-store', signal: AbortSignal.timeout(EVERY_MS) });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      all = samples(await answer.text());
    } catch (error) {
      this.#state.textContent = `does not answer (${error.message})`;
      return;
    }
    this.#state.textContent = 'answers';
    const sum = (name, fits = () => true) => all.filter((each) => each.name === name && fits(each.labels)).reduce((total, { value }) => total + value, 0);
    for (const [label, name] of FIGURES) this.#figures.get(label).textContent = sum(name);
    this.heapBytes = sum('jvm_memory_used_bytes', ({ area }) => area === 'heap') || undefined;
    const ends = all.filter(({ name, value }) => name === 'sluice_disconnects_total' && value > 0);
    const most = Math.max(...ends.map(({ value }) => value));
    this.#ends.replaceChildren(...ends.map(({ labels: { reason }, value }) => {
      const line = element('li', `${reason}: ${value} `);
      const bar = element('progress');
      bar.max = most;
      bar.value = value;
      bar.setAttribute('aria-label', `${this.name}: ${reason}`);
      line.append(bar);
      return line;
    }), ...(ends.length ? [] : [element('li', 'none yet')]));
    this.#history = [...this.#history, sum('sluice_connections_active')].slice(-KEPT);
    const top = Math.max(1, ...this.#history);
    this.#line.setAttribute('points', this.#history.map((n, at) => `${((at * 120) / (KEPT - 1)).toFixed(1)},${(27 - (n / top) * 25).toFixed(1)}`).join(' '));
  }

  async #list() {
    const answer = await fetch(`sessions/${this.name}`);
    if (!answer.ok) return this.#sessions.replaceChildren(element('p', await answer.text()));
    const { sessions } = await answer.json();
    const table = element('table');
    const row = (cell, values) => {
      const line = element('tr');
      line.append(...values.map((value) => element(cell, String(value))));
      return line;
    };
    table.append(
      row('th', ['user', 'protocol', 'seconds', 'bytes', 'channels', 'behind by']),
      ...sessions.map(({ user, protocol, ageSeconds, bytes, subscriptions }) =>
        row('td', [user, protocol, ageSeconds, bytes, subscriptions.flatMap(({ channels }) => channels).join(' '), subscriptions.reduce((total, { lag }) => total + (lag ?? 0), 0)])),
    );
    this.#sessions.replaceChildren(sessions.length ? table : element('p', 'nobody is here'));
  }
}

/** All edges; looks at them as long as the page is seen. */
export class Operators {
  constructor(edges, parent) {
    this.edges = edges.map((edge) => new Edge(edge, parent));
    const look = async () => {
      if (document.visibilityState === 'visible') await Promise.all(this.edges.map((edge) => edge.look()));
      setTimeout(look, EVERY_MS);
    };
    look();
  }

  /** Of the first replica of that edge. */
  heapBytes(name) {
    return this.edges.find((edge) => edge.name === name)?.heapBytes;
  }
}
