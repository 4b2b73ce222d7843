// One subscription with one of the libraries: main <library> <url> <token>. What it sees it prints, a line of JSON each.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync"

	r3labs "github.com/r3labs/sse/v2"
	tmaxmax "github.com/tmaxmax/go-sse"
)

var mutex sync.Mutex

func say(kind string, more map[string]any) {
	all := map[string]any{"kind": kind}
	for name, value := range more {
		all[name] = value
	}
	mutex.Lock()
	defer mutex.Unlock()
	json.NewEncoder(os.Stdout).Encode(all)
}

func event(name, data, id string) {
	// What an application does: it parses whatever comes.
	var members map[string]any
	if json.Unmarshal([]byte(data), &members) != nil {
		say("broken", map[string]any{"data": data, "id": id})
		return
	}
	switch {
	case name == "sluice.heartbeat":
		say("heartbeat", map[string]any{"id": id, "members": members})
	case strings.HasPrefix(name, "sluice."):
		say("control", map[string]any{"type": name[7:], "members": members})
	default:
		say("message", map[string]any{"n": members["n"], "id": id})
	}
}

func main() {
	library, url, token := os.Args[1], os.Args[2], os.Args[3]
	var err error
	switch library {
	case "r3labs":
		client := r3labs.NewClient(url)
		client.Headers["Authorization"] = "Bearer " + token
		client.OnConnect(func(*r3labs.Client) { say("open", nil) })
		err = client.SubscribeRaw(func(e *r3labs.Event) { event(string(e.Event), string(e.Data), string(e.ID)) })
	case "tmaxmax":
		request, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
		request.Header.Set("Authorization", "Bearer "+token)
		connection := tmaxmax.DefaultClient.NewConnection(request)
		connection.SubscribeToAll(func(e tmaxmax.Event) {
			if e.Type == "sluice.open" {
				say("open", nil)
			}
			event(e.Type, e.Data, e.LastEventID)
		})
		err = connection.Connect()
	}
	say("error", map[string]any{"text": "ended: " + strings.TrimSpace(errorText(err))})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
