// One subscription with one of the libraries: node sse.mjs <library> <url> <token>. What it sees it prints, a line of JSON each.
const [library, url, token] = process.argv.slice(2);
const headers = {Authorization: `Bearer ${token}`};

const say = (kind, more = {}) => console.log(JSON.stringify({kind, ...more}));

// What an application does: it parses whatever comes.
const message = (data, id) => {
  try {
    say('message', {n: JSON.parse(data).n, id});
  } catch (e) {
    say('broken', {data: String(data), id});
  }
};

const listen = source => {
  source.onopen = () => say('open');
  source.onerror = e => say('error', {text: String(e && (e.message || e.status || e.type))});
  source.onmessage = e => message(e.data, e.lastEventId);
  source.addEventListener('sluice.open', e => say('control', {type: 'open', members: JSON.parse(e.data)}));
  source.addEventListener('sluice.heartbeat', e => say('heartbeat', {id: e.lastEventId, members: JSON.parse(e.data)}));
};

const withFetch = (input, init) => fetch(input, {...init, headers: {...init.headers, ...headers}});

switch (library) {
  case 'eventsource2': {
    const {default: EventSource} = await import('eventsource2');
    listen(new EventSource(url, {headers}));
    break;
  }
  case 'eventsource3':
  case 'eventsource4': {
    const {EventSource} = await import(library);
    listen(new EventSource(url, {fetch: withFetch}));
    break;
  }
  case 'event-source-polyfill': {
    const {createRequire} = await import('node:module');
    const {EventSourcePolyfill} = createRequire(import.meta.url)('event-source-polyfill');
    listen(new EventSourcePolyfill(url, {headers, heartbeatTimeout: 5000}));
    break;
  }
  case 'fetch-event-source': {
    // Made for pages.
    const {createRequire} = await import('node:module');
    globalThis.window = globalThis;
    globalThis.document = {hidden: false, addEventListener() {}, removeEventListener() {}};
    const {fetchEventSource} = createRequire(import.meta.url)('@microsoft/fetch-event-source');
    await fetchEventSource(url, {
      headers,
      openWhenHidden: true,
      async onopen() {
        say('open');
      },
      onmessage(e) {
        if (e.event === 'sluice.open') {
          say('control', {type: 'open', members: JSON.parse(e.data)});
        } else if (e.event === 'sluice.heartbeat') {
          say('heartbeat', {id: e.id, members: JSON.parse(e.data)});
        } else {
          message(e.data, e.id);
        }
      },
      onerror(e) {
        say('error', {text: String(e)});
      },
    });
    break;
  }
  default:
    throw new Error(`no such library: ${library}`);
}
