// Which protocol? Questions, an answer, and this machine's own figures for it.

const EVENTS = 50;

const STEPS = {
  start: ['Does the client talk back all the time, beyond a POST now and then?', { No: 'browsers', Yes: 'speed' }],
  browsers: ['Does it run in browsers, above all?', { Yes: 'SSE', No: 'native' }],
  native: ['Is it a phone’s app or a service, with a client generated from protos?', { Yes: 'gRPC-Web', No: 'SSE' }],
  speed: ['Do few bytes and types count more than that everybody knows it?', { Yes: 'gRPC-Web', No: 'WebSocket', 'Not sure': 'WebSocket' }],
};
const ANSWERS = {
  SSE: ['SSE', 'Plain HTTP: it passes what HTTP passes, curl shows it, and every browser reconnects by itself. Publish by POST.'],
  WebSocket: ['WebSocket', 'One connection both ways: subscribe, publish, acknowledge and renew the token in band. Known everywhere; some proxies refuse it, and then @sluice/client falls back.'],
  'gRPC-Web': ['gRPC', 'Typed both ways, from the same protos in any language, and compact. Browsers need gRPC-Web, which only streams towards them.'],
};

export class Guide {
  #step = 'start';
  #way = [];

  /** @param panes with `name`, `component`, `bytes`, `events`, `lately`, `backMs` @param publish(text) @param operators */
  constructor(root, { panes, publish, operators }) {
    this.root = root;
    this.panes = panes;
    this.publish = publish;
    this.operators = operators;
    root.querySelector('.measure').addEventListener('click', ({ currentTarget }) => this.#measure(currentTarget));
    root.querySelector('.again').addEventListener('click', () => this.#go('start'));
    this.#go('start');
    this.#figures();
  }

  #go(step, said) {
    this.#way = step === 'start' ? [] : [...this.#way, `${STEPS[this.#step][0]} ${said}.`];
    this.#step = step;
    this.root.querySelector('.way').replaceChildren(...this.#way.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
    const answers = this.root.querySelector('.answers');
    const question = this.root.querySelector('.question');
    const found = ANSWERS[step];
    if (found) {
      question.textContent = `${found[0]}. ${found[1]}`;
      answers.replaceChildren();
      this.root.querySelector('.again').focus();
    } else {
      const [text, next] = STEPS[step];
      question.textContent = text;
      answers.replaceChildren(...Object.entries(next).map(([label, to]) => {
        const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label });
        button.addEventListener('click', () => {
          this.#go(to, label);
          answers.querySelector('button')?.focus();
        });
        return button;
      }));
    }
    for (const row of this.root.querySelectorAll('tbody tr')) row.classList.toggle('chosen', row.dataset.name === step);
  }

  #figures(bytes = new Map()) {
    const body = this.root.querySelector('tbody');
    body.replaceChildren(...this.panes.map((pane) => {
      const row = document.createElement('tr');
      row.dataset.name = pane.name;
      row.classList.toggle('chosen', pane.name === this.#step);
      const heap = this.operators.heapBytes(pane.component);
      const cells = [
        bytes.has(pane.name) ? `${bytes.get(pane.name).toFixed(0)} B` : '–',
        pane.medianMs === undefined ? '–' : `${pane.medianMs} ms`,
        pane.backMs === undefined ? '–' : `${pane.backMs.toFixed(0)} ms`,
        heap === undefined ? '–' : `${(heap / 2 ** 20).toFixed(0)} MiB`,
      ];
      const name = Object.assign(document.createElement('th'), { scope: 'row', textContent: ANSWERS[pane.name][0] });
      row.append(name, ...cells.map((text) => Object.assign(document.createElement('td'), { textContent: text })));
      return row;
    }));
  }

  /** Some events to all, then each connection is dropped: all of it before your eyes. */
  async #measure(button) {
    button.disabled = true;
    const told = this.root.querySelector('.told');
    const patience = (what, condition) => new Promise((resolve, reject) => {
      const end = performance.now() + 30_000;
      const look = () => {
        if (condition()) resolve();
        else if (performance.now() > end) reject(new Error(`waited in vain for ${what}`));
        else setTimeout(look, 50);
      };
      look();
    });
    try {
      told.textContent = `${EVENTS} events …`;
      const before = new Map(this.panes.map((pane) => [pane, { bytes: pane.bytes, events: pane.events }]));
      for (let n = 1; n <= EVENTS; n++) await this.publish(`measured ${n}`);
      await patience('the events', () => this.panes.every((pane) => pane.events - before.get(pane).events >= EVENTS));
      const bytes = new Map(this.panes.map((pane) => [pane.name, (pane.bytes - before.get(pane).bytes) / (pane.events - before.get(pane).events)]));
      for (const pane of this.panes) {
        told.textContent = `${pane.name} is dropped …`;
        pane.dropped();
        await patience(`${pane.name} to come back`, () => pane.backMs !== undefined);
      }
      this.#figures(bytes);
      told.textContent = `Measured on this machine: ${EVENTS} events, and one break of each connection.`;
    } catch (error) {
      told.textContent = `${error.message}; are the panes subscribed to the channel that is published to?`;
    } finally {
      button.disabled = false;
    }
  }
}
