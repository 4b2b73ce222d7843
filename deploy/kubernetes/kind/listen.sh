#!/bin/sh
# Listens to $CHANNEL at $EDGE with $TOKEN, from its first event until it has heard "event-last", and comes back with its last cursor whenever
# the stream ends. Prints the events that it heard, one a line. For busybox and curl; .github/workflows/chart.yml runs it while pods are replaced.
set -eu
part=$(mktemp)
heard=$(mktemp)
cursor=""
while ! grep -q '^event-last$' "$heard"; do
  curl --silent --no-buffer --max-time 20 --header "Authorization: Bearer $TOKEN" \
    ${cursor:+--header "Last-Event-ID: $cursor"} "$EDGE/v1/stream?channel=$CHANNEL&since=1970-01-01T00:00:00Z" > "$part" || sleep 1
  # Only what is complete counts: an event ends with an empty line.
  awk '/^data: event-/ { event = substr($0, 7) } /^$/ { if (event != "") print event; event = "" }' "$part" >> "$heard"
  next=$(awk '/^id: / { id = substr($0, 5) } /^$/ { if (id != "") last = id } END { print last }' "$part")
  cursor=${next:-$cursor}
done
cat "$heard"
