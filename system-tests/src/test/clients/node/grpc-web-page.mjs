// A page with Google's gRPC-Web runtime. What a generator makes of the proto is written by hand here, as it would be: generators come from
// no registry. Both of its modes, and beside them the same binary call by fetch, to see what the server sends when.
import {GrpcWebClientBase, MethodDescriptor, MethodType} from 'grpc-web';
import jspb from 'google-protobuf';

const {url, token, channel, deadline} = window.settings;
const METHOD = '/sluice.v1.NotificationService/StreamUpdates';

class StreamRequest {
  constructor(channels) {
    this.channels = channels;
  }

  serializeBinary() {
    const writer = new jspb.BinaryWriter();
    writer.writeRepeatedString(1, this.channels);
    return writer.getResultBuffer();
  }
}

class Notification {
  static deserializeBinary(bytes) {
    const read = {type: '', payload: ''};
    const reader = new jspb.BinaryReader(bytes);
    while (reader.nextField() && !reader.isEndGroup()) {
      switch (reader.getFieldNumber()) {
        case 2:
          read.type = reader.readString();
          break;
        case 3:
          read.payload = new TextDecoder().decode(reader.readBytes());
          break;
        default:
          reader.skipField();
      }
    }
    return read;
  }
}

const descriptor = new MethodDescriptor(
    METHOD, MethodType.SERVER_STREAMING, StreamRequest, Notification,
    request => request.serializeBinary(), Notification.deserializeBinary);

let reports = Promise.resolve();
const report = what => {
  reports = reports.then(() => fetch('/report', {method: 'POST', body: JSON.stringify(what)}));
};
window.onerror = message => report({way: 'page', kind: 'broken', message});

const metadata = () => ({Authorization: `Bearer ${token}`, deadline: String(Date.now() + deadline)});

for (const format of ['text', 'binary']) {
  const stream = new GrpcWebClientBase({format})
      .serverStreaming(url + METHOD, new StreamRequest([channel]), metadata(), descriptor);
  stream.on('data', n => report({way: format, kind: n.type === 'message' ? 'message' : n.type, text: n.payload}));
  stream.on('error', e => report({way: format, kind: 'end', code: e.code}));
  stream.on('end', () => report({way: format, kind: 'end', code: 0}));
}

const framed = bytes => {
  const frame = new Uint8Array(5 + bytes.length);
  new DataView(frame.buffer).setUint32(1, bytes.length);
  frame.set(bytes, 5);
  return frame;
};
const answer = await fetch(url + METHOD, {
  method: 'POST',
  headers: {'Authorization': `Bearer ${token}`, 'Content-Type': 'application/grpc-web+proto', 'X-Grpc-Web': '1'},
  body: framed(new StreamRequest([channel]).serializeBinary()),
});
let rest = new Uint8Array();
for (const reader = answer.body.getReader(); ;) {
  const {done, value} = await reader.read();
  if (done) {
    break;
  }
  rest = new Uint8Array([...rest, ...value]);
  while (rest.length >= 5 && rest.length >= 5 + new DataView(rest.buffer).getUint32(1)) {
    const end = 5 + new DataView(rest.buffer).getUint32(1);
    if (rest[0] === 0) {
      const n = Notification.deserializeBinary(rest.slice(5, end));
      report({way: 'fetch', kind: n.type, text: n.payload});
    }
    rest = rest.slice(end);
  }
}
