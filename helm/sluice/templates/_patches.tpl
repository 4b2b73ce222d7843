{{/* The objects of a file of templates as `patches` has them. What no patch is about is left as it was written. */}}
{{- define "sluice.patched" -}}
{{- $patches := .root.Values.patches -}}
{{- $text := include (printf "sluice.objects.%s" .of) .root -}}
{{- if $patches -}}
{{- range $document := regexSplit "(?m)^---$" $text -1 -}}
{{- $object := printf "%s\n" (trim $document) | fromYaml -}}
{{- $mine := list -}}
{{- range $patches -}}{{- if include "sluice.isPatched" (dict "patch" . "object" $object) -}}{{- $mine = append $mine .merge -}}{{- end -}}{{- end -}}
{{- if $mine -}}
{{- range $mine -}}{{- $object = include "sluice.overlay" (dict "base" $object "over" .) | fromJson -}}{{- end }}
---
{{ toYaml $object }}
{{- else if trim $document }}
---
{{ trim $document }}
{{- end -}}
{{- end -}}
{{- else -}}
{{- $text -}}
{{- end -}}
{{- end -}}

{{/* Whether a patch is about an object: its kind, and its component and name where the patch says them. */}}
{{- define "sluice.isPatched" -}}
{{- $component := dig "metadata" "labels" "app.kubernetes.io/component" "" .object -}}
{{- if and (eq .patch.kind (get .object "kind")) (or (not .patch.component) (eq .patch.component $component)) (or (not .patch.name) (eq .patch.name (dig "metadata" "name" "" .object))) -}}true{{- end -}}
{{- end -}}

{{/* Which of `patches` are about nothing, as JSON. */}}
{{- define "sluice.idlePatches" -}}
{{- $objects := list -}}
{{- range $of := list "autoscalers" "certificate" "configmaps" "dashboard" "deployments" "edgekeys" "ingresses" "networkpolicies" "pdbs" "podmonitors" "prometheusrule" "routes" "serviceaccount" "servicemonitors" "services" "strimzi" "ready" -}}
{{- range $document := regexSplit "(?m)^---$" (include (printf "sluice.objects.%s" $of) $) -1 -}}{{- $objects = append $objects (fromYaml $document) -}}{{- end -}}
{{- end -}}
{{- $idle := list -}}
{{- range $index, $patch := .Values.patches -}}
{{- $found := "" -}}
{{- range $objects -}}{{- $found = printf "%s%s" $found (include "sluice.isPatched" (dict "patch" $patch "object" .)) -}}{{- end -}}
{{- if not $found -}}{{- $idle = append $idle $index -}}{{- end -}}
{{- end -}}
{{- toJson $idle -}}
{{- end -}}

{{/*
A map laid over another one, as JSON: a JSON merge patch (RFC 7396: null takes away), but that lists whose items have names, such as
containers and variables, merge by these, as in Kubernetes' own strategic merge.
*/}}
{{- define "sluice.overlay" -}}
{{- $merged := deepCopy .base -}}
{{- range $key, $value := .over -}}
{{- $there := get $merged $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := unset $merged $key -}}
{{- else if kindIs "map" $value -}}
{{- $_ := set $merged $key (include "sluice.overlay" (dict "base" (ternary $there dict (kindIs "map" $there)) "over" $value) | fromJson) -}}
{{- else if and (kindIs "slice" $value) (kindIs "slice" $there) (include "sluice.areNamed" $value) (include "sluice.areNamed" $there) -}}
{{- $_ := set $merged $key (include "sluice.overlayNamed" (dict "base" $there "over" $value) | fromJsonArray) -}}
{{- else -}}
{{- $_ := set $merged $key $value -}}
{{- end -}}
{{- end -}}
{{- toJson $merged -}}
{{- end -}}

{{- define "sluice.areNamed" -}}
{{- $named := gt (len .) 0 -}}
{{- range . -}}{{- if not (kindIs "map" .) -}}{{- $named = false -}}{{- else if not (hasKey . "name") -}}{{- $named = false -}}{{- end -}}{{- end -}}
{{- if $named -}}true{{- end -}}
{{- end -}}

{{/* Items of the same name (of mounts: the same path) merge where they are, others come after them; `$patch: delete` takes one away. */}}
{{- define "sluice.overlayNamed" -}}
{{- $items := .base -}}
{{- range $over := .over -}}
{{- $by := ternary "mountPath" "name" (hasKey $over "mountPath") -}}
{{- $found := false -}}
{{- $next := list -}}
{{- range $item := $items -}}
{{- if ne (get $item $by) (get $over $by) -}}
{{- $next = append $next $item -}}
{{- else -}}
{{- $found = true -}}
{{- if ne (get $over "$patch") "delete" -}}{{- $next = append $next (include "sluice.overlay" (dict "base" $item "over" $over) | fromJson) -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- $items = ternary $next (append $next $over) $found -}}
{{- end -}}
{{- toJson $items -}}
{{- end -}}
