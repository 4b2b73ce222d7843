// As much of gRPC-Web (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md) and protobuf as one streaming call needs:
// NotificationService.StreamUpdates, see contract/src/main/proto/sluice/v1/notification.proto.

const text = new TextEncoder();
const utf8 = new TextDecoder();

/** A varint. */
function varint(number) {
  const bytes = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) | 128);
  return [...bytes, number];
}

const string = (field, value) => {
  const bytes = text.encode(value);
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
};

/** StreamRequest, in a frame. */
export function request({ channels, filter, cursor, since, last }) {
  const message = [
    ...channels.flatMap((channel) => string(1, channel)),
    ...(filter ? string(2, filter) : []),
    ...(cursor ? string(4, cursor) : since ? string(5, since) : last ? [...varint(6 * 8), ...varint(last)] : []),
  ];
  const size = message.length;
  return Uint8Array.from([0, size >>> 24, size >>> 16, size >>> 8, size, ...message]);
}

/** The fields of a message: numbers and bytes by their number, the last one counts. */
export function fields(bytes) {
  const found = {};
  let at = 0;
  const number = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the message ends amid a number');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = number();
    const wire = tag % 8;
    if (wire === 0) found[tag >> 3] = number();
    else if (wire === 2) {
      const length = number();
      found[tag >> 3] = bytes.subarray(at, (at += length));
    } else throw new Error(`a field of wire type ${wire}`);
  }
  return found;
}

const said = (bytes) => (bytes ? utf8.decode(bytes) : undefined);

/** Notification. */
export function notification(bytes) {
  const of = fields(bytes);
  const control = of[10] && fields(of[10]);
  const contentType = said(of[8]) ?? '';
  let data = said(of[3]);
  if (/json/i.test(contentType)) data = JSON.parse(data ?? 'null');
  const event = { id: said(of[1]), type: said(of[2]), time: of[4], channel: said(of[5]), cursor: said(of[7]), data };
  if (!control) return event;
  const open = control[1] && fields(control[1]);
  const gap = control[3] && fields(control[3]);
  const close = control[5] && fields(control[5]);
  return {
    cursor: event.cursor,
    control: open ? 'open' : control[2] ? 'heartbeat' : gap ? 'gap' : control[4] ? 'expiring' : 'close',
    heartbeatMs: open?.[4],
    reason: said((gap ?? close)?.[1]),
    reconnectAfterMs: close?.[2],
  };
}

/**
 * Reads a stream to its end; `hear(notification)` gets each message, `count(bytes)` what came over the wire.
 * Ends with `{ reason, field, detail }` of the refusal, or undefined.
 */
export async function stream(base, token, wanted, { hear, count, signal }) {
  const answer = await fetch(`${base}/sluice.v1.NotificationService/StreamUpdates`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/grpc-web+proto', 'X-Grpc-Web': '1', Authorization: `Bearer ${token}` },
    body: request(wanted),
    signal,
  });
  const refusal = (get) =>
    get('grpc-status') && get('grpc-status') !== '0'
      ? { reason: get('sluice-reason') ?? `status ${get('grpc-status')}`, field: get('sluice-field'), detail: decodeURIComponent(get('grpc-message') ?? '') }
      : undefined;
  const early = refusal((name) => answer.headers.get(name));
  if (early) return early;
  if (!answer.ok || !answer.body) return { reason: `HTTP ${answer.status}`, detail: '' };
  let rest = new Uint8Array();
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return { reason: 'network', detail: 'the stream has ended' };
    count(value.length);
    const all = new Uint8Array(rest.length + value.length);
    all.set(rest);
    all.set(value, rest.length);
    rest = all;
    while (rest.length >= 5) {
      const size = new DataView(rest.buffer, rest.byteOffset).getUint32(1);
      if (rest.length < 5 + size) break;
      const frame = rest.subarray(5, 5 + size);
      if (rest[0] & 128) {
        const trailers = Object.fromEntries(utf8.decode(frame).trim().split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
        return refusal((name) => trailers[name]);
      }
      await hear(notification(frame));
      rest = rest.subarray(5 + size);
    }
  }
}
