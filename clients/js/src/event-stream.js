/** @typedef {{ id?: string, event: string, data?: string, retry?: number }} Block of an event stream; one without data is a heartbeat */

/**
 * Reads an event stream (WHATWG HTML, 9.2.6) from pieces that end anywhere.
 * @returns {(bytes: Uint8Array) => Block[]} the blocks that a piece completes
 */
export function eventStream() {
  const decoder = new TextDecoder();
  let rest = '';
  let endedByCr = false;
  /** @type {Block} */
  let block = { event: '' };
  return (bytes) => {
    let text = decoder.decode(bytes, { stream: true });
    if (endedByCr && text[0] === '\n') text = text.slice(1);
    if (!text) return [];
    endedByCr = text.endsWith('\r');
    const lines = (rest + text).split(/\r\n?|\n/);
    rest = /** @type {string} */ (lines.pop());
    const blocks = [];
    for (const line of lines) {
      const [, name, value = ''] = /** @type {string[]} */ (/^([^:]*)(?:: ?([^]*))?/.exec(line));
      if (!line) {
        blocks.push(block);
        block = { event: '' };
      } else if (name === 'data') block.data = block.data === undefined ? value : `${block.data}\n${value}`;
      else if (name === 'event') block.event = value;
      else if (name === 'id' && !value.includes('\0')) block.id = value;
      else if (name === 'retry' && /^\d+$/.test(value)) block.retry = +value;
    }
    return blocks;
  };
}
