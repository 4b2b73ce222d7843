/** @typedef {{ id?: string, event: string, data?: string, retry?: number }} Block of an event stream; one without data is a heartbeat */

/** Reads an event stream (WHATWG HTML, 9.2.6) from pieces that end anywhere. */
export class EventStream {
  #decoder = new TextDecoder();
  #rest = '';
  #endedByCr = false;
  /** @type {Block} */ #block = { event: '' };

  /** @param {Uint8Array} bytes @returns {Block[]} the blocks that they complete */
  read(bytes) {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (this.#endedByCr && text[0] === '\n') text = text.slice(1);
    if (!text) return [];
    this.#endedByCr = text.endsWith('\r');
    const lines = (this.#rest + text).split(/\r\n?|\n/);
    this.#rest = /** @type {string} */ (lines.pop());
    const blocks = [];
    for (const line of lines) {
      const block = this.#block;
      const [, name, value = ''] = /** @type {string[]} */ (/^([^:]*)(?:: ?([^]*))?/.exec(line));
      if (!line) {
        blocks.push(block);
        this.#block = { event: '' };
      } else if (name === 'data') block.data = block.data === undefined ? value : `${block.data}\n${value}`;
      else if (name === 'event') block.event = value;
      else if (name === 'id' && !value.includes('\0')) block.id = value;
      else if (name === 'retry' && /^\d+$/.test(value)) block.retry = +value;
    }
    return blocks;
  }
}
