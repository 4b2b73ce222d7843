"""One subscription with one of the libraries: client.py <library> <url> <token> [<channel> <descriptor image>].

What it sees it prints, a line of JSON each.
"""
import json
import sys

library, url, token, *more = sys.argv[1:]
headers = {"Authorization": "Bearer " + token}


def say(kind, **members):
    print(json.dumps({"kind": kind, **members}), flush=True)


def sse(event, data, id):
    # What an application does: it parses whatever comes.
    try:
        members = json.loads(data)
    except ValueError:
        say("broken", data=data, id=id)
        return
    if event == "sluice.heartbeat":
        say("heartbeat", id=id, members=members)
    elif event.startswith("sluice."):
        say("control", type=event[7:], members=members)
    else:
        say("message", n=members["n"], id=id)


def notification(n):
    if n.type == "sluice.heartbeat":
        say("heartbeat", id=n.cursor)
    elif n.type.startswith("sluice."):
        say("control", type=n.type[7:])
    else:
        say("message", n=json.loads(n.payload)["n"], id=n.cursor)


if library == "httpx-sse":
    import httpx
    from httpx_sse import connect_sse

    # As it comes: with httpx's own time-out of 5 s.
    with httpx.Client() as client, connect_sse(client, "GET", url, headers=headers) as source:
        source.response.raise_for_status()
        say("open")
        for e in source.iter_sse():
            sse(e.event, e.data, e.id)
elif library == "sseclient-py":
    import requests
    import sseclient

    response = requests.get(url, stream=True, headers={**headers, "Accept": "text/event-stream"})
    response.raise_for_status()
    say("open")
    for e in sseclient.SSEClient(response).events():
        sse(e.event, e.data, e.id)
elif library == "websockets":
    from websockets.sync.client import connect

    with connect(url, subprotocols=["sluice.v1.json"], additional_headers=headers) as socket:
        say("open")
        for text in socket:
            frame = json.loads(text)
            if frame["op"] == "event":
                say("message", n=frame["data"]["n"], id=frame["cursor"], bytes=len(text))
            elif frame["op"] == "heartbeat":
                say("heartbeat", id=frame["cursor"])
            else:
                say("control", type=frame["op"], members=frame)
elif library == "grpcio":
    from urllib.parse import urlparse

    import grpc
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    files = descriptor_pb2.FileDescriptorSet()
    with open(more[1], "rb") as image:
        files.ParseFromString(image.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    message = lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName("sluice.v1." + name))
    channel = grpc.insecure_channel(urlparse(url).netloc, compression=grpc.Compression.Gzip)
    stream = channel.unary_stream(
        "/sluice.v1.NotificationService/StreamUpdates",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=message("Notification").FromString,
    )
    try:
        for n in stream(message("StreamRequest")(channels=[more[0]]), metadata=[("authorization", "Bearer garbled")]):
            say("broken", data=n.type)
    except grpc.RpcError as e:
        say("refused", code=e.code().name)
    request = message("StreamRequest")(channels=[more[0]], filter="type = 'message'")
    for n in stream(request, metadata=[("authorization", "Bearer " + token)]):
        if n.type == "sluice.open":
            say("open")
        notification(n)
else:
    raise SystemExit("no such library: " + library)
say("error", text="ended")
