/** @typedef {{ id?: string, event: string, data?: string[], retry?: number }} Block of an event stream; one without data is a heartbeat */

/**
 * Reads an event stream (WHATWG HTML, 9.2.6) from pieces that end anywhere.
 * @returns {(bytes: Uint8Array) => Block[]} the blocks that a piece completes
 */
export function eventStream() {
  const decoder = new TextDecoder();
  let rest = '';
  /** @type {Block} */
  let block = { event: '' };
  return (bytes) => {
    // A CR at the end waits for what follows it, which may be its LF.
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = /** @type {string} */ (lines.pop());
    const blocks = [];
    for (const line of lines) {
      const [name, value = ''] = line.split(/: ?(.*)/s);
      if (!line) {
        blocks.push(block);
        block = { event: '' };
      } else if (name === 'data') (block.data ??= []).push(value);
      else if (name === 'event') block.event = value;
      else if (name === 'id' && !value.includes('\0')) block.id = value;
      else if (name === 'retry' && /^\d+$/.test(value)) block.retry = +value;
    }
    return blocks;
  };
}
