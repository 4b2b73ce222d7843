#!/bin/sh
# Posts event-1 to event-$COUNT and "event-last" to $CHANNEL at $PUBLISHER with $TOKEN, each again until it is taken. For busybox and curl.
set -eu
post() {
  until curl --silent --fail --max-time 20 --output /dev/null --header "Authorization: Bearer $TOKEN" --header "Content-Type: text/plain" \
    --header "Idempotency-Key: $1" --data "$1" "$PUBLISHER/v1/channels/$CHANNEL/events"; do
    sleep 1
  done
}
i=0
while [ "$i" -lt "$COUNT" ]; do
  i=$((i + 1))
  post "event-$i"
  sleep 0.2
done
post event-last
