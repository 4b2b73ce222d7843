import net from 'node:net';

/** A network that can fail: between clients and a server, on TCP. Modes: see below. */
export class Proxy {
  /** `refuse` upgrades by 403, let them be `silent`, or `pass`. */
  sockets = 'pass';
  /** `buffer` event streams (nothing of them arrives), or `pass`. */
  streams = 'pass';
  offline = false;
  connections = 0;
  #open = new Set();

  static async to(port) {
    const proxy = new Proxy();
    proxy.server = net.createServer((near) => proxy.#carry(near, port));
    await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    proxy.url = `http://localhost:${proxy.server.address().port}`;
    return proxy;
  }

  #carry(near, port) {
    this.connections++;
    if (this.offline) return near.destroy();
    const far = net.connect(port, '127.0.0.1');
    const end = () => {
      near.destroy();
      far.destroy();
      this.#open.delete(end);
    };
    this.#open.add(end);
    for (const side of [near, far]) side.on('error', end).on('close', end);
    let held = false;
    near.on('data', (bytes) => {
      const head = bytes.toString('latin1', 0, 20);
      if (head.startsWith('GET /v1/ws')) {
        if (this.sockets === 'refuse') return near.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\nConnection: close\r\n\r\nblocked');
        held = this.sockets === 'silent';
      } else if (head.startsWith('GET /v1/stream')) held = this.streams === 'buffer';
      else if (/^(GET|POST|OPTIONS) /.test(head)) held = false;
      far.write(bytes);
    });
    let upgraded = false;
    far.on('data', (bytes) => {
      if (!held) return near.write(bytes);
      const text = bytes.toString('latin1');
      const head = text.indexOf('\r\n\r\n') + 4;
      // The handshake itself gets through.
      if (text.startsWith('HTTP/1.1 101') && !upgraded) near.write(bytes.subarray(0, head));
      upgraded = true;
    });
  }

  cut() {
    for (const end of [...this.#open]) end();
  }

  close() {
    this.cut();
    this.server.close();
  }
}
