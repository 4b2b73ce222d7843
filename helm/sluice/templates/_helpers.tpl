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
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What selects the pods of one component of this release, and nothing else. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "sluice.componentLabels" -}}
{{ include "sluice.labels" .root }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{/* The names of the components that are deployed, separated by spaces. */}}
{{- define "sluice.components" -}}
{{- $names := list -}}
{{- range $name := list "publisher" "sse" "ws" "grpc" -}}
{{- if (get $.Values $name).enabled -}}{{- $names = append $names $name -}}{{- end -}}
{{- end -}}
{{- join " " $names -}}
{{- end -}}

{{/* A map laid over another one, as JSON. Unlike mergeOverwrite, false, 0 and "" count. */}}
{{- define "sluice.merge" -}}
{{- $merged := deepCopy .base -}}
{{- range $key, $value := .over -}}
{{- if and (kindIs "map" $value) (kindIs "map" (get $merged $key)) -}}
{{- $_ := set $merged $key (include "sluice.merge" (dict "base" (get $merged $key) "over" $value) | fromJson) -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- $_ := set $merged $key $value -}}
{{- end -}}
{{- end -}}
{{- toJson $merged -}}
{{- end -}}

{{/* A component's own values over the defaults, as JSON. Of time-outs the whole map counts, so that {} is none. */}}
{{- define "sluice.values" -}}
{{- $own := get .root.Values .name -}}
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

{{- define "sluice.imagePullSecrets" -}}
{{- $names := concat .Values.global.imagePullSecrets .Values.image.pullSecrets | uniq -}}
{{- with $names }}
imagePullSecrets:
  {{- range . }}
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
{{- if .Values.publisher.enabled -}}
{{- $c := dict "root" . "name" "publisher" -}}
{{- $v := include "sluice.values" $c | fromJson -}}
{{- include "sluice.name" $c }}{{ if $v.service.headless }}-headless{{ end }}
{{- else -}}
{{- .Values.externalPublisher.host -}}
{{- end -}}
{{- end -}}

{{- define "sluice.publisherPort" -}}
{{- if .Values.publisher.enabled -}}
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
{{- if .Values.publisher.enabled -}}
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
{{- if $v.ingress.enabled -}}{{- $hosts = append $hosts $v.ingress.host -}}{{- end -}}
{{- if (default dict $v.grpcRoute).enabled -}}{{- $hosts = concat $hosts $v.grpcRoute.hostnames -}}{{- end -}}
{{- end -}}
{{- $hosts | compact | uniq | sortAlpha | join " " -}}
{{- end -}}
