{{/* Names, labels, and the values of a component. Most of these take a component's context: root, name ("sse"), v (its values). */}}

{{/* Short enough that the longest suffix stays within the 63 characters of a label. */}}
{{- define "sluice.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Of a component: its Deployment, Service and so on. */}}
{{- define "sluice.name" -}}
{{ include "sluice.fullname" .root }}-{{ .name }}
{{- end -}}

{{- define "sluice.labels" -}}
{{- include "sluice.labelsWith" (dict "root" . "more" dict) -}}
{{- end -}}

{{/* The chart's, those of all objects, and `more`: each once, and what says it nearer wins. */}}
{{- define "sluice.labelsWith" -}}
{{- $labels := dict "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- $_ := set $labels "app.kubernetes.io/name" (default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-") -}}
{{- $_ := set $labels "app.kubernetes.io/instance" .root.Release.Name -}}
{{- $_ := set $labels "app.kubernetes.io/version" .root.Chart.AppVersion -}}
{{- $_ := set $labels "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- range $more := list (default dict .root.Values.commonLabels) .more -}}
{{- range $key, $value := $more -}}{{- $_ := set $labels $key $value -}}{{- end -}}
{{- end -}}
{{- toYaml $labels -}}
{{- end -}}

{{/* What selects the pods of one component of this release, and nothing else. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "sluice.componentLabels" -}}
{{- include "sluice.labelsWith" (dict "root" .root "more" (merge (dict "app.kubernetes.io/component" .name) (default dict .more))) -}}
{{- end -}}

{{/* Of pods: what selects them, and what was wished. The chart's version is not among them: it alone would restart them. */}}
{{- define "sluice.podLabels" -}}
{{- $labels := include "sluice.selector" . | fromYaml -}}
{{- range $more := list (default dict .root.Values.commonLabels) (default dict .v.podLabels) -}}
{{- range $key, $value := $more -}}{{- $_ := set $labels $key $value -}}{{- end -}}
{{- end -}}
{{- toYaml $labels -}}
{{- end -}}

{{/* The names of the components that are deployed, separated by spaces. */}}
{{- define "sluice.components" -}}
{{- range list "global" "image" "kafka" "topic" "positions" "revocations" "auth" "browser" "console" "clientAddress" "tickets" "edgeKeys" "caBundle" "externalPublisher" "networkPolicy" "tracing" "metrics" "gateway" "certificate" "defaults" "tests" -}}
{{- if not (kindIs "map" (get $.Values .)) -}}{{- fail (printf "%s: is null; leave it out, and its defaults count." .) -}}{{- end -}}
{{- end -}}
{{- $names := list -}}
{{- range $name := list "publisher" "sse" "ws" "grpc" -}}
{{- if (default dict (get $.Values $name)).enabled -}}{{- $names = append $names $name -}}{{- end -}}
{{- end -}}
{{- join " " $names -}}
{{- end -}}

{{/* Whether a component is deployed; what is null is not. */}}
{{- define "sluice.isEnabled" -}}
{{- if (default dict (get .root.Values .name)).enabled -}}true{{- end -}}
{{- end -}}

{{/*
A map laid over another one, as JSON. Unlike mergeOverwrite, false, 0 and "" count, null takes an entry away that is free to be there,
and lists of more of something add up.
*/}}
{{- define "sluice.merge" -}}
{{- $merged := deepCopy .base -}}
{{- range $key, $value := .over -}}
{{- if and (kindIs "map" $value) (kindIs "map" (get $merged $key)) -}}
{{- $free := or $.free (has $key (list "config" "resources" "annotations" "labels" "podAnnotations" "podLabels" "deploymentAnnotations" "nodeSelector" "affinity" "dnsConfig" "spec")) -}}
{{- $_ := set $merged $key (include "sluice.merge" (dict "base" (get $merged $key) "over" $value "free" $free) | fromJson) -}}
{{- else if and (kindIs "invalid" $value) $.free -}}
{{- $_ := unset $merged $key -}}
{{- else if and (hasPrefix "extra" $key) (kindIs "slice" $value) -}}
{{- $_ := set $merged $key (include "sluice.addUp" (dict "base" (default list (get $merged $key)) "over" $value) | fromJsonArray) -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- $_ := set $merged $key $value -}}
{{- end -}}
{{- end -}}
{{- toJson $merged -}}
{{- end -}}

{{/* A list after another one, as JSON. What has the name (or, of mounts, the path) of one before takes its place; with a null value, it takes it away. */}}
{{- define "sluice.addUp" -}}
{{- $all := .base -}}
{{- range $item := .over -}}
{{- $by := ternary "mountPath" "name" (hasKey $item "mountPath") -}}
{{- $others := list -}}
{{- range $all -}}{{- if or (not (hasKey $item $by)) (ne (get . $by) (get $item $by)) -}}{{- $others = append $others . -}}{{- end -}}{{- end -}}
{{- $gone := false -}}
{{- range $key, $value := $item -}}{{- if and (ne $key $by) (kindIs "invalid" $value) -}}{{- $gone = true -}}{{- end -}}{{- end -}}
{{- $all = ternary $others (append $others $item) $gone -}}
{{- end -}}
{{- toJson $all -}}
{{- end -}}

{{/* A component's own values over the defaults, as JSON. Of time-outs the whole map counts, so that {} is none. */}}
{{- define "sluice.values" -}}
{{- $own := default dict (get .root.Values .name) -}}
{{- $v := include "sluice.merge" (dict "base" .root.Values.defaults "over" $own) | fromJson -}}
{{- $timeouts := dict "request" "0s" -}}
{{- range $route := list .root.Values.defaults.route (default dict $own.route) -}}
{{- if kindIs "map" $route.timeouts -}}{{- $timeouts = $route.timeouts -}}{{- end -}}
{{- end -}}
{{- $_ := set $v.route "timeouts" $timeouts -}}
{{- toJson $v -}}
{{- end -}}

{{/* registry/repository/name, by digest where there is one. */}}
{{- define "sluice.image" -}}
{{- $values := .root.Values -}}
{{- $name := list (default $values.image.registry $values.global.imageRegistry) $values.image.repository .v.image.name | compact | join "/" -}}
{{- if .v.image.digest -}}
{{- printf "%s@%s" $name .v.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (coalesce .v.image.tag $values.image.tag .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* That of the test pods: a global registry takes the place of its own. */}}
{{- define "sluice.testImage" -}}
{{- $parts := splitList "/" .Values.tests.image -}}
{{- if and .Values.global.imageRegistry (gt (len $parts) 1) (or (contains "." (first $parts)) (contains ":" (first $parts))) -}}
{{- prepend (rest $parts) .Values.global.imageRegistry | join "/" -}}
{{- else if .Values.global.imageRegistry -}}
{{- prepend $parts .Values.global.imageRegistry | join "/" -}}
{{- else -}}
{{- .Values.tests.image -}}
{{- end -}}
{{- end -}}

{{- define "sluice.imagePullSecrets" -}}
{{- $names := list -}}
{{- range concat (default list .Values.global.imagePullSecrets) (default list .Values.image.pullSecrets) -}}
{{- $names = append $names (kindIs "map" . | ternary (get (kindIs "map" . | ternary . dict) "name") .) -}}
{{- end -}}
{{- with $names }}
imagePullSecrets:
  {{- range uniq . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "sluice.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "sluice.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Whose Kafka user and whose windows: "publisher" or "edges". */}}
{{- define "sluice.side" -}}
{{- if eq .name "publisher" -}}publisher{{- else -}}edges{{- end -}}
{{- end -}}

{{- define "sluice.kafkaUserName" -}}
{{ include "sluice.fullname" .root }}-{{ .side }}
{{- end -}}

{{- define "sluice.kafkaUserSecret" -}}
{{- $named := (get .root.Values.kafka.users .side).secretName -}}
{{- if and (not $named) .root.Values.kafka.strimzi.enabled -}}
{{- include "sluice.kafkaUserName" . -}}
{{- else -}}
{{- $named -}}
{{- end -}}
{{- end -}}

{{/* Of the keys by which the publisher knows edges; "" where there are none. */}}
{{- define "sluice.edgeKeysSecret" -}}
{{- if .Values.edgeKeys.enabled -}}
{{- default (include "sluice.ownEdgeKeysSecret" .) .Values.edgeKeys.secretName -}}
{{- end -}}
{{- end -}}

{{/* The one that the chart makes; "" where it makes none. A publisher that is elsewhere would not know its keys. */}}
{{- define "sluice.ownEdgeKeysSecret" -}}
{{- if and .Values.edgeKeys.enabled (not .Values.edgeKeys.secretName) (include "sluice.isEnabled" (dict "root" . "name" "publisher")) -}}
{{- include "sluice.fullname" . }}-edge-keys
{{- end -}}
{{- end -}}

{{/* The keys in it, encoded, which are those that are there already; "" where there are none yet. */}}
{{- define "sluice.keptEdgeKeys" -}}
{{- dig "data" .Values.edgeKeys.key "" (lookup "v1" "Secret" .Release.Namespace (include "sluice.ownEdgeKeysSecret" .)) -}}
{{- end -}}

{{/* Whether there is a cluster to ask: it has a list of Secrets then, be it an empty one. Helm keeps its releases among them, so it may ask. */}}
{{- define "sluice.hasCluster" -}}
{{- if lookup "v1" "Secret" .Release.Namespace "" -}}true{{- end -}}
{{- end -}}

{{- define "sluice.kafkaCaSecret" -}}
{{- $kafka := .Values.kafka -}}
{{- if and (not $kafka.tls.caSecret.name) $kafka.strimzi.enabled -}}
{{- printf "%s-cluster-ca-cert" $kafka.strimzi.cluster -}}
{{- else -}}
{{- $kafka.tls.caSecret.name -}}
{{- end -}}
{{- end -}}

{{/* Strimzi's own listeners: 9093 with TLS, 9092 without. */}}
{{- define "sluice.bootstrapServers" -}}
{{- $kafka := .Values.kafka -}}
{{- if and (not $kafka.bootstrapServers) $kafka.strimzi.enabled -}}
{{- printf "%s-kafka-bootstrap.%s.svc:%s" $kafka.strimzi.cluster (include "sluice.strimziNamespace" .) (ternary "9093" "9092" $kafka.tls.enabled) -}}
{{- else -}}
{{- $kafka.bootstrapServers | replace " " "" -}}
{{- end -}}
{{- end -}}

{{- define "sluice.strimziNamespace" -}}
{{- default .Release.Namespace .Values.kafka.strimzi.namespace -}}
{{- end -}}

{{/* Where edges publish: all publishers by the headless service, since one connection would pin them to one pod. */}}
{{- define "sluice.publisherHost" -}}
{{- if (include "sluice.isEnabled" (dict "root" . "name" "publisher")) -}}
{{- $c := dict "root" . "name" "publisher" -}}
{{- $v := include "sluice.values" $c | fromJson -}}
{{- include "sluice.name" $c }}{{ if $v.service.headless }}-headless{{ end }}
{{- else -}}
{{- .Values.externalPublisher.host -}}
{{- end -}}
{{- end -}}

{{- define "sluice.publisherPort" -}}
{{- if (include "sluice.isEnabled" (dict "root" . "name" "publisher")) -}}
{{- $v := include "sluice.values" (dict "root" . "name" "publisher") | fromJson -}}
{{- if $v.service.headless -}}{{ include "sluice.containerPort" (dict "v" $v) }}{{- else -}}{{ int $v.service.port }}{{- end -}}
{{- else -}}
{{- int .Values.externalPublisher.port -}}
{{- end -}}
{{- end -}}

{{/* The one port of a pod: API, health, metrics. */}}
{{- define "sluice.containerPort" -}}{{ ternary "8443" "8080" .v.tls.enabled }}{{- end -}}

{{- define "sluice.tlsSecret" -}}
{{- default (printf "%s-tls" (include "sluice.name" .)) .v.tls.secretName -}}
{{- end -}}

{{/* The name by which whoever comes to a pod checks its certificate. */}}
{{- define "sluice.tlsName" -}}
{{ include "sluice.name" . }}.{{ .root.Release.Namespace }}.svc
{{- end -}}

{{/* How edges speak to the publisher, as JSON: whether over TLS, and the secret and key of its CA, empty for those of Java. */}}
{{- define "sluice.publisherTls" -}}
{{- if (include "sluice.isEnabled" (dict "root" . "name" "publisher")) -}}
{{- $c := dict "root" . "name" "publisher" -}}
{{- $v := include "sluice.values" $c | fromJson -}}
{{- $_ := set $c "v" $v -}}
{{- dict "enabled" $v.tls.enabled "secret" (ternary (include "sluice.tlsSecret" $c) "" (ne $v.tls.caKey "")) "key" $v.tls.caKey | toJson -}}
{{- else -}}
{{- $tls := .Values.externalPublisher.tls -}}
{{- dict "enabled" $tls.enabled "secret" $tls.caSecret.name "key" $tls.caSecret.key | toJson -}}
{{- end -}}
{{- end -}}

{{- define "sluice.graceSeconds" -}}
{{- add .v.drain.preStopSeconds .v.drain.windowSeconds .v.drain.marginSeconds -}}
{{- end -}}

{{/* A start, a drain and what lies between must fit, or a rollout that goes well is reported as failed. */}}
{{- define "sluice.progressDeadlineSeconds" -}}
{{- max 600 (add (include "sluice.graceSeconds" .) .v.rollout.minReadySeconds .v.probes.startup.seconds 60) -}}
{{- end -}}

{{/* "7d" in milliseconds. */}}
{{- define "sluice.milliseconds" -}}
{{- $number := regexFind "^[0-9]+" . | int64 -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- mul $number (get (dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000) $unit) -}}
{{- end -}}

{{- define "sluice.certificateSecret" -}}
{{- default (printf "%s-tls" (include "sluice.fullname" .)) .Values.certificate.secretName -}}
{{- end -}}

{{/* All host names of routes and ingresses, separated by spaces. */}}
{{- define "sluice.hostnames" -}}
{{- $hosts := list -}}
{{- range $name := splitList " " (include "sluice.components" .) | compact -}}
{{- $v := include "sluice.values" (dict "root" $ "name" $name) | fromJson -}}
{{- if $v.route.enabled -}}{{- $hosts = concat $hosts $v.route.hostnames -}}{{- end -}}
{{- if $v.ingress.enabled -}}{{- $hosts = concat $hosts (list $v.ingress.host) $v.ingress.hosts -}}{{- end -}}
{{- if (default dict $v.grpcRoute).enabled -}}{{- $hosts = concat $hosts $v.grpcRoute.hostnames -}}{{- end -}}
{{- end -}}
{{- $hosts | compact | uniq | sortAlpha | join " " -}}
{{- end -}}

{{/*
How many pods the Deployment says, as JSON `{number, by}`; no number: whoever scales it says. Helm takes `replicas` away from a live object
when a new manifest has none, and Kubernetes then says 1: so where the release before set them, those of the moment are kept. An
annotation tells the next release who has said them.
*/}}
{{- define "sluice.replicas" -}}
{{- $live := dict -}}
{{- if .root.Release.IsUpgrade -}}{{- $live = lookup "apps/v1" "Deployment" .root.Release.Namespace (include "sluice.name" .) -}}{{- end -}}
{{- $before := dig "metadata" "annotations" "sluice.dev/replicas" "release" $live -}}
{{- $pods := dig "spec" "replicas" 0 $live | int -}}
{{- if eq .v.autoscaling.mode "none" -}}
{{- $number := int .v.replicas -}}
{{- if and $live (ne $before "release") (gt $pods $number) -}}
{{- dict "number" $pods "by" "release" "kept" true | toJson -}}
{{- else -}}
{{- dict "number" $number "by" "release" | toJson -}}
{{- end -}}
{{- else if and $live (ne $before "autoscaler") -}}
{{- dict "number" (max $pods .v.autoscaling.minReplicas) "by" "kept" | toJson -}}
{{- else -}}
{{- dict "by" "autoscaler" | toJson -}}
{{- end -}}
{{- end -}}

{{/* What a key's readers are, as docs/configuration.md has them; "" for a key of ours that nobody reads. Of others nothing is known. */}}
{{- define "sluice.readers" -}}
{{- $key := .key -}}
{{- if hasPrefix "sluice." $key -}}
{{- range $known, $readers := .root.Files.Get "files/configuration-keys.yaml" | fromYaml -}}
{{- if or (eq $known $key) (and (contains "<name>" $known) (regexMatch (printf "^%s$" ($known | replace "." "\\." | replace "<name>" "[A-Za-z0-9-]+")) $key)) -}}{{- $readers -}}{{- end -}}
{{- end -}}
{{- else -}}
all
{{- end -}}
{{- end -}}

{{/* Whether a component is among them. */}}
{{- define "sluice.isReader" -}}
{{- $readers := splitList ", " .readers -}}
{{- if or (has "all" $readers) (has (ternary "publisher" "edges" (eq .name "publisher")) $readers) -}}true{{- end -}}
{{- end -}}

{{/* Of the configuration what the component reads, as JSON: with a key of another one it would not start. */}}
{{- define "sluice.config" -}}
{{- $config := dict -}}
{{- range $key, $value := .v.config -}}
{{- if include "sluice.isReader" (dict "name" $.name "readers" (include "sluice.readers" (dict "root" $.root "key" $key))) -}}{{- $_ := set $config $key $value -}}{{- end -}}
{{- end -}}
{{- toJson $config -}}
{{- end -}}

{{/* "1.5Gi" in bytes. */}}
{{- define "sluice.bytes" -}}
{{- $number := regexFind "^[0-9.]+" (toString .) | float64 -}}
{{- $unit := regexFind "[A-Za-z]*$" (toString .) -}}
{{- mulf $number (get (dict "" 1 "m" 0.001 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 "K" 1024 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776) $unit) | int64 -}}
{{- end -}}

{{/* A size as the services write it, in bytes: its units are powers of 1024. */}}
{{- define "sluice.size" -}}
{{- include "sluice.bytes" (regexReplaceAll "([KMG])$" (upper (toString .)) "${1}i") -}}
{{- end -}}

{{/* Bytes of heap that a pod gets: by its flags, of the image or of `jvmOptions`, and its limit; "" where neither says. */}}
{{- define "sluice.heap" -}}
{{- $max := regexFind "-Xmx[0-9]+[kKmMgG]?" .v.jvmOptions | trimPrefix "-Xmx" -}}
{{- $limit := dig "limits" "memory" "" (default dict .v.resources) -}}
{{- if $max -}}
{{- include "sluice.bytes" (printf "%s%s" (regexFind "^[0-9]+" $max) (get (dict "" "" "k" "Ki" "m" "Mi" "g" "Gi") (regexFind "[kmg]?$" (lower $max)))) -}}
{{- else if $limit -}}
{{- $share := ternary "50" (default "25" (regexFind "MaxRAMPercentage=[0-9.]+" .v.jvmOptions | trimPrefix "MaxRAMPercentage=")) (eq .v.jvmOptions "") -}}
{{- mulf (include "sluice.bytes" $limit) (divf (float64 $share) 100) | int64 -}}
{{- end -}}
{{- end -}}

{{/* What an edge's heap has room for, as JSON `{heap, log, besides, connections}`, as the service itself reckons (HeapRoom); {} where the heap is not known. */}}
{{- define "sluice.room" -}}
{{- $heap := include "sluice.heap" . -}}
{{- if $heap -}}
{{- $figures := .root.Files.Get "files/capacity.yaml" | fromYaml -}}
{{- $log := div (int64 $heap) (int64 $figures.logShare) -}}
{{- with get .v.config "sluice.memory.bytes" -}}{{- $log = include "sluice.size" . | int64 -}}{{- end -}}
{{- $cold := include "sluice.size" (default "16M" (get .v.config "sluice.cold.cache-bytes")) | int64 -}}
{{- $besides := add (mul (int64 $figures.ownMiB) 1048576) (mul (int64 $figures.logWeight) $log) $cold -}}
{{- $each := mul (int64 (get $figures.connectionKiB .name)) 1024 -}}
{{- with get .v.config "sluice.limits.heap-per-connection" -}}{{- $each = include "sluice.size" . | int64 -}}{{- end -}}
{{- $fits := div (sub (div (mul (int64 $heap) (int64 $figures.usablePercent)) 100) $besides) $each -}}
{{- dict "heap" (int64 $heap) "log" $log "besides" $besides "each" $each "connections" (min (int64 $figures.mostConnections) (max (int64 $figures.fewestConnections) $fits)) | toJson -}}
{{- else -}}
{}
{{- end -}}
{{- end -}}
