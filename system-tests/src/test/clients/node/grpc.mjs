// One StreamUpdates: node grpc.mjs <library> <url> <token> <channel> <descriptor image>. What it sees it prints, a line of JSON each.
import {readFileSync} from 'node:fs';

const [library, url, token, channel, image] = process.argv.slice(2);
const say = (kind, more = {}) => console.log(JSON.stringify({kind, ...more}));

const notification = n => {
  if (n.type === 'sluice.heartbeat') {
    say('heartbeat', {id: n.cursor});
  } else if (n.type.startsWith('sluice.')) {
    say('control', {type: n.type.slice(7)});
  } else {
    say('message', {n: JSON.parse(Buffer.from(n.payload)).n, id: n.cursor});
  }
};

if (library === 'grpc-js') {
  const grpc = await import('@grpc/grpc-js');
  const loader = await import('@grpc/proto-loader');
  const services = grpc.loadPackageDefinition(loader.loadFileDescriptorSetFromBuffer(readFileSync(image)));
  const client = new services.sluice.v1.NotificationService(new URL(url).host, grpc.credentials.createInsecure(), {
    // Compressed, as a client may.
    'grpc.default_compression_algorithm': 2,
  });
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const refused = new grpc.Metadata();
  refused.set('authorization', 'Bearer garbled');
  client.StreamUpdates({channels: [channel]}, refused).on('data', () => {}).on('error', e => {
    say('refused', {code: grpc.status[e.code]});
    const call = client.StreamUpdates({channels: [channel], filter: "type = 'message'"}, metadata);
    call.on('metadata', () => say('open'));
    call.on('data', notification);
    call.on('error', failure => say('error', {text: String(failure)}));
    call.on('end', () => say('error', {text: 'ended'}));
  });
} else {
  const {createFileRegistry, fromBinary} = await import('@bufbuild/protobuf');
  const {FileDescriptorSetSchema} = await import('@bufbuild/protobuf/wkt');
  const {createClient, Code} = await import('@connectrpc/connect');
  const {createGrpcWebTransport, createGrpcTransport} = await import('@connectrpc/connect-node');
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(image)));
  const make = library === 'connect-node-grpc' ? createGrpcTransport : createGrpcWebTransport;
  const client = createClient(
      registry.getService('sluice.v1.NotificationService'), make({baseUrl: url, httpVersion: '2'}));
  const headers = {authorization: `Bearer ${token}`};
  try {
    for await (const n of client.streamUpdates({channels: [channel]}, {headers: {authorization: 'Bearer garbled'}})) {
      say('broken', {data: n.type});
    }
  } catch (e) {
    say('refused', {code: Code[e.code].replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()});
  }
  try {
    for await (const n of client.streamUpdates({channels: [channel], filter: "type = 'message'"}, {headers})) {
      if (n.type === 'sluice.open') {
        say('open');
      }
      notification(n);
    }
    say('error', {text: 'ended'});
  } catch (e) {
    say('error', {text: String(e)});
  }
}
