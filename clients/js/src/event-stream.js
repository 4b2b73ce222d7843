/** @typedef {{ id?: string, event?: string, retry?: string, data?: string[] }} Block of an event stream, by its fields; one without data is a heartbeat */

/**
 * Reads an event stream (WHATWG HTML, 9.2.6) from pieces that end anywhere.
 * @param {(block: Block) => void} hear
 * @returns {(bytes: Uint8Array) => void} takes a piece, and lets hear of the blocks that it completes
 */
export function eventStream(hear) {
  const decoder = new TextDecoder();
  let rest = '';
  /** @type {Block} */
  let block = {};
  return (bytes) => {
    // A CR at the end waits for what follows it, which may be its LF.
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = /** @type {string} */ (lines.pop());
    for (const line of lines) {
      const [name, value = ''] = line.split(/: ?(.*)/s);
      if (!line) {
        hear(block);
        block = {};
      } else if (name === 'data') (block.data ??= []).push(value);
      else /** @type {Record<string, any>} */ (block)[name] = value;
    }
  };
}
