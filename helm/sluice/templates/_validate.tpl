{{/*
What a schema can't say: values that need one another. Each complaint names the value and says what to do; all are told at once.
*/}}
{{- define "sluice.validate" -}}
{{- $complaints := list -}}
{{- $values := .Values -}}
{{- $kafka := $values.kafka -}}
{{- $names := splitList " " (include "sluice.components" .) | compact -}}

{{- if not $names -}}
{{- $complaints = append $complaints "publisher.enabled, sse.enabled, ws.enabled, grpc.enabled: all are false, so there is nothing to deploy; enable one." -}}
{{- end -}}
{{- if not (or $values.image.registry $values.global.imageRegistry) -}}
{{- $complaints = append $complaints "image.registry: is required; name the registry that you pushed the images to." -}}
{{- end -}}
{{- if not $values.auth.issuer -}}
{{- $complaints = append $complaints "auth.issuer: is required; name the URL of your OIDC issuer. There is no anonymous access." -}}
{{- end -}}
{{- if and (not $kafka.bootstrapServers) (not $kafka.strimzi.enabled) -}}
{{- $complaints = append $complaints "kafka.bootstrapServers: is required; name the brokers as host:port." -}}
{{- end -}}
{{- if and $kafka.strimzi.enabled (not $kafka.strimzi.cluster) -}}
{{- $complaints = append $complaints "kafka.strimzi.cluster: is required with kafka.strimzi.enabled; name the Kafka object." -}}
{{- end -}}
{{- $elsewhere := and $kafka.strimzi.enabled (ne (include "sluice.strimziNamespace" .) .Release.Namespace) -}}
{{- if and $kafka.tls.enabled (not $kafka.tls.systemTrust) (or $elsewhere (not $kafka.strimzi.enabled)) (not $kafka.tls.caSecret.name) -}}
{{- $complaints = append $complaints "kafka.tls.caSecret.name: is required with kafka.tls.enabled; name the secret in this namespace with the brokers' CA, or set kafka.tls.systemTrust." -}}
{{- end -}}
{{- if and $kafka.tls.systemTrust $kafka.tls.caSecret.name -}}
{{- $complaints = append $complaints "kafka.tls.systemTrust: does not go with kafka.tls.caSecret.name; keep one of them." -}}
{{- end -}}
{{- if and $kafka.mtls.enabled (not $kafka.tls.enabled) -}}
{{- $complaints = append $complaints "kafka.mtls.enabled: needs kafka.tls.enabled; a certificate can only be shown over TLS." -}}
{{- end -}}
{{- if and $kafka.strimzi.enabled $kafka.sasl.mechanism (ne $kafka.sasl.mechanism "SCRAM-SHA-512") -}}
{{- $complaints = append $complaints "kafka.sasl.mechanism: Strimzi makes users for SCRAM-SHA-512 only; choose that, or kafka.mtls.enabled." -}}
{{- end -}}
{{- if and (eq $kafka.sasl.mechanism "AWS_MSK_IAM") (not $kafka.tls.enabled) -}}
{{- $complaints = append $complaints "kafka.tls.enabled: is required with kafka.sasl.mechanism AWS_MSK_IAM, which goes over TLS only; kafka.tls.systemTrust knows Amazon's CA." -}}
{{- end -}}
{{- if and $kafka.strimzi.enabled $kafka.sasl.mechanism $kafka.mtls.enabled -}}
{{- $complaints = append $complaints "kafka.mtls.enabled: a KafkaUser has one way to sign in; keep this or kafka.sasl.mechanism." -}}
{{- end -}}
{{- if or $kafka.mtls.enabled $kafka.sasl.mechanism -}}
{{- $sides := dict -}}
{{- range $name := $names -}}
{{- $v := include "sluice.values" (dict "root" $ "name" $name) | fromJson -}}
{{- $bySecret := or $kafka.mtls.enabled (and (ne $kafka.sasl.mechanism "AWS_MSK_IAM") (not (has "KAFKA_SASL_JAAS_CONFIG" (include "sluice.ownKafka" (dict "v" $v) | fromJsonArray)))) -}}
{{- if $bySecret -}}{{- $_ := set $sides (include "sluice.side" (dict "name" $name)) true -}}{{- end -}}
{{- end -}}
{{- range $side := keys $sides | sortAlpha -}}
{{- if and (or $elsewhere (not $kafka.strimzi.enabled)) (not (get $kafka.users $side).secretName) -}}
{{- $complaints = append $complaints (printf "kafka.users.%s.secretName: is required with kafka.mtls or kafka.sasl; name the secret in this namespace with that user's credentials." $side) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $values.caBundle.configMapName $values.caBundle.secretName -}}
{{- $complaints = append $complaints "caBundle.secretName: does not go with caBundle.configMapName; keep one of them." -}}
{{- end -}}
{{- if and (or (has "sse" $names) (has "ws" $names) (has "grpc" $names)) (not (has "publisher" $names)) (not $values.externalPublisher.host) -}}
{{- $complaints = append $complaints "externalPublisher.host: is required with publisher.enabled=false, since clients of the edges publish and acknowledge through a publisher; name one." -}}
{{- end -}}
{{- if and (has "publisher" $names) $values.externalPublisher.host -}}
{{- $complaints = append $complaints "externalPublisher.host: does not go with publisher.enabled; keep one of them." -}}
{{- end -}}
{{- if and (has "publisher" $names) $values.externalPublisher.tls.enabled -}}
{{- $complaints = append $complaints "externalPublisher.tls.enabled: does not go with publisher.enabled, whose TLS is publisher.tls; keep one of them." -}}
{{- end -}}
{{- if and $values.externalPublisher.tls.caSecret.name (not $values.externalPublisher.tls.enabled) -}}
{{- $complaints = append $complaints "externalPublisher.tls.caSecret.name: needs externalPublisher.tls.enabled; a CA is of use over TLS only." -}}
{{- end -}}
{{- if $values.console.enabled -}}
{{- range $key := list "client" "websocket" "grpc" -}}
{{- if not (get $values.console $key) -}}
{{- $complaints = append $complaints (printf "console.%s: is required with console.enabled; see docs/console.md." $key) -}}
{{- end -}}
{{- end -}}
{{- if not (has "sse" $names) -}}
{{- $complaints = append $complaints "console.enabled: needs sse.enabled, which serves it." -}}
{{- end -}}
{{- end -}}
{{- if and $values.edgeKeys.enabled (not $values.edgeKeys.secretName) -}}
{{- $how := "kubectl create secret generic edge-keys --from-literal=keys=\"$(openssl rand -base64 32)\"" -}}
{{- if not (has "publisher" $names) -}}
{{- $complaints = append $complaints "edgeKeys.secretName: is required with publisher.enabled=false; name a secret in this namespace with the keys of that publisher (a release makes <full name>-edge-keys), or set edgeKeys.enabled to false where it has none." -}}
{{- else if not (or (include "sluice.keptEdgeKeys" .) (include "sluice.hasCluster" .)) -}}
{{- $complaints = append $complaints (printf "edgeKeys.secretName: is required where the chart is rendered without a cluster (helm template, a dry run of the client, Argo CD), since a key that it made would be another one each time; make a secret (%s) and name it, or ask the cluster (--dry-run=server)." $how) -}}
{{- end -}}
{{- end -}}
{{- if $values.certificate.enabled -}}
{{- if not $values.certificate.issuerRef.name -}}
{{- $complaints = append $complaints "certificate.issuerRef.name: is required with certificate.enabled; name an Issuer or ClusterIssuer of cert-manager." -}}
{{- end -}}
{{- if not (include "sluice.hostnames" .) -}}
{{- $complaints = append $complaints "certificate.enabled: there is no host name to certify; enable a route or an ingress with one." -}}
{{- end -}}
{{- end -}}
{{- if and $values.networkPolicy.scrapers (not $values.networkPolicy.clients) -}}
{{- $complaints = append $complaints "networkPolicy.scrapers: without networkPolicy.clients anybody may call; name the clients too." -}}
{{- end -}}

{{- if and $values.metrics.podMonitor.enabled $values.metrics.serviceMonitor.enabled -}}
{{- $complaints = append $complaints "metrics.serviceMonitor.enabled: does not go with metrics.podMonitor.enabled, or each pod would be scraped twice; keep one of them." -}}
{{- end -}}
{{- range $label := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "app.kubernetes.io/managed-by" -}}
{{- if hasKey (default dict $values.commonLabels) $label -}}
{{- $complaints = append $complaints (printf "commonLabels: %s is one that this chart sets and selects by; leave it out." $label) -}}
{{- end -}}
{{- end -}}

{{- $certified := dict -}}
{{- $http := dict -}}
{{- $grpc := dict -}}
{{- range $name := $names -}}
{{- $c := dict "root" $ "name" $name -}}
{{- $v := include "sluice.values" $c | fromJson -}}
{{- $_ := set $c "v" $v -}}
{{- if gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas) -}}
{{- $complaints = append $complaints (printf "%s.autoscaling.minReplicas: is greater than maxReplicas; make it %d or less." $name (int $v.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if and (eq $v.autoscaling.mode "keda") (ne $name "publisher") (not $v.autoscaling.keda.serverAddress) (not $v.autoscaling.keda.triggers) -}}
{{- $complaints = append $complaints (printf "%s.autoscaling.keda.serverAddress: is required with mode keda; name the URL of Prometheus." $name) -}}
{{- end -}}
{{- if and (ne $v.autoscaling.mode "none") (eq $name "publisher") (not $v.autoscaling.cpuUtilization) (not (or $v.autoscaling.metrics $v.autoscaling.keda.triggers)) -}}
{{- $complaints = append $complaints "publisher.autoscaling.cpuUtilization: is required with autoscaling.mode; the publisher has nothing else to be scaled by." -}}
{{- end -}}
{{- if and $v.autoscaling.cpuUtilization (ne $v.autoscaling.mode "none") (not (dig "requests" "cpu" "" $v.resources)) -}}
{{- $complaints = append $complaints (printf "%s.resources.requests.cpu: is required with autoscaling.cpuUtilization, which is a share of it." $name) -}}
{{- end -}}
{{- if and $v.tls.enabled (not $v.tls.secretName) (not $v.tls.issuerRef.name) -}}
{{- $complaints = append $complaints (printf "%s.tls.secretName: is required with tls.enabled; name the secret in this namespace with tls.crt, tls.key and ca.crt, or have cert-manager make it by tls.issuerRef.name." $name) -}}
{{- end -}}
{{- if and $v.tls.enabled $v.tls.issuerRef.name -}}
{{- $secret := include "sluice.tlsSecret" $c -}}
{{- if hasKey $certified $secret -}}
{{- $complaints = append $complaints (printf "%s.tls.secretName: %s is also that of %s, and cert-manager fills a secret once; leave it out, so that each has its own." $name $secret (get $certified $secret)) -}}
{{- end -}}
{{- $_ := set $certified $secret $name -}}
{{- end -}}
{{- if and $v.tls.enabled $v.tls.dnsNames (not $v.tls.issuerRef.name) -}}
{{- $complaints = append $complaints (printf "%s.tls.dnsNames: needs tls.issuerRef.name; a certificate that others make has its own names." $name) -}}
{{- end -}}
{{- $routes := list (dict "path" "route" "grpc" (eq $name "grpc") "route" $v.route) -}}
{{- if eq $name "publisher" -}}{{- $routes = append $routes (dict "path" "grpcRoute" "grpc" true "route" $v.grpcRoute) -}}{{- end -}}
{{- range $r := $routes -}}
{{- if $r.route.enabled -}}
{{- if not $r.route.parentRefs -}}
{{- $complaints = append $complaints (printf "%s.%s.parentRefs: is required with enabled; name the Gateway." $name $r.path) -}}
{{- end -}}
{{- range $parent := $r.route.parentRefs -}}
{{- range $host := default (list "*") $r.route.hostnames -}}
{{- $_ := set (ternary $grpc $http $r.grpc) (printf "%s at %s" $host (toJson $parent)) (printf "%s.%s.hostnames" $name $r.path) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq $name "grpc") (or $v.route.pathPrefix (and $v.ingress.enabled $v.ingress.pathPrefix)) -}}
{{- $complaints = append $complaints "grpc.route.pathPrefix: the paths of gRPC are those of its services; give it a host name of its own, and the prefix to the others only." -}}
{{- end -}}
{{- if and $v.service.nodePort (eq $v.service.type "ClusterIP") -}}
{{- $complaints = append $complaints (printf "%s.service.nodePort: needs service.type NodePort or LoadBalancer." $name) -}}
{{- end -}}
{{- if ne $name "publisher" -}}
{{- with include "sluice.room" $c | fromJson -}}
{{- $mib := div .heap 1048576 -}}
{{- $wanted := default "0" (get $v.config "sluice.limits.connections") | int64 -}}
{{- if and (hasKey $v.config "sluice.memory.bytes") (gt (int64 .besides) (int64 .heap)) -}}
{{- $complaints = append $complaints (printf "%s.config: sluice.memory.bytes is more than a heap of %d MiB has room for; raise resources.limits.memory, or leave it out." $name $mib) -}}
{{- else if gt (add .besides (mul $wanted .each) | int64) (max (int64 .heap) (add .besides (mul 500 .each) | int64)) -}}
{{- $complaints = append $complaints (printf "%s.config: sluice.limits.connections is more than a heap of %d MiB has room for, which is about %d; raise resources.limits.memory, or leave it out." $name $mib (int64 .connections)) -}}
{{- end -}}
{{- $limit := ternary $wanted (int64 .connections) (gt $wanted 0) -}}
{{- if and (ne $v.autoscaling.mode "none") (gt (mul 100 $v.autoscaling.connectionsPerPod | int64) (mul 95 $limit | int64)) -}}
{{- $complaints = append $complaints (printf "%s.autoscaling.connectionsPerPod: is %d, and a pod has room for %d and takes no more from 95 %% on; aim at fewer, or raise resources.limits.memory." $name (int $v.autoscaling.connectionsPerPod) $limit) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $v.ingress.enabled (not (or $v.ingress.host $v.ingress.hosts)) -}}
{{- $complaints = append $complaints (printf "%s.ingress.host: is required with enabled; name the host." $name) -}}
{{- end -}}
{{- $env := include "sluice.env" $c | fromYamlArray -}}
{{- $taken := dict -}}
{{- range $env -}}{{- $_ := set $taken .name true -}}{{- end -}}
{{- range $key := keys $v.config | sortAlpha -}}
{{- $variable := regexReplaceAll "[^A-Za-z0-9]" $key "_" | upper -}}
{{- $own := hasKey (default dict (default dict (get $values $name)).config) $key -}}
{{- $place := ternary $name "defaults" $own -}}
{{- $readers := include "sluice.readers" (dict "root" $ "key" $key) -}}
{{- if hasKey $taken $variable -}}
{{- $of := include "sluice.valueOf" $variable -}}
{{- if $of -}}
{{- $complaints = append $complaints (printf "%s.config: %s has a value of its own in this chart, %s; use that." $place $key $of) -}}
{{- else -}}
{{- $complaints = append $complaints (printf "%s.config: %s is set by this chart and has to stay as it is, since probes, Services and routes rely on it; leave it out." $place $key) -}}
{{- end -}}
{{- else if not $readers -}}
{{- $complaints = append $complaints (printf "%s.config: %s is a key that no service reads; docs/configuration.md has those there are." $place $key) -}}
{{- else if and $own (not (include "sluice.isReader" (dict "name" $name "readers" $readers))) -}}
{{- $complaints = append $complaints (printf "%s.config: %s is read by %s only; put it there, or into defaults.config." $name $key $readers) -}}
{{- end -}}
{{- if regexMatch "(?i)password|secret|jaas|keystore\\.key|credentials?$" $key -}}
{{- $complaints = append $complaints (printf "%s.config: %s is a secret; put it into a Secret and refer to it in %s.extraEnv." $place $key $place) -}}
{{- end -}}
{{- end -}}
{{- $replaced := include "sluice.ownKafka" $c | fromJsonArray -}}
{{- range $v.extraEnv -}}
{{- if and (hasKey $taken .name) (not (has .name $replaced)) -}}
{{- $of := include "sluice.valueOf" .name -}}
{{- $complaints = append $complaints (printf "%s.extraEnv: %s is set already%s; each variable has one place." $name .name (ternary (printf " by %s" $of) "" (ne $of ""))) -}}
{{- end -}}
{{- end -}}
{{- range $label := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" -}}
{{- if hasKey $v.podLabels $label -}}
{{- $complaints = append $complaints (printf "%s.podLabels: %s is what selects the pods; leave it out." $name $label) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $place, $path := $grpc -}}
{{- if hasKey $http $place -}}
{{- $complaints = append $complaints (printf "%s: %s is taken by %s. A Gateway refuses a GRPCRoute and an HTTPRoute with the same host name; give gRPC its own." $path $place (get $http $place)) -}}
{{- end -}}
{{- end -}}

{{- if and $values.patches (not $complaints) -}}
{{- range include "sluice.idlePatches" . | fromJsonArray -}}
{{- $patch := index $values.patches (int .) -}}
{{- $complaints = append $complaints (printf "patches[%d]: there is no object in this release with %s; kubectl get, or helm template, tells which there are." (int .) (omit $patch "merge" | toJson)) -}}
{{- end -}}
{{- end -}}

{{- if $complaints -}}
{{- fail (printf "\n\nThe values can't be used:\n  - %s\n" (join "\n  - " ($complaints | uniq))) -}}
{{- end -}}
{{- end -}}

{{/* Which value of this chart sets a variable; "" where none may. */}}
{{- define "sluice.valueOf" -}}
{{- $found := "" -}}
{{- range $of := list
  (list "^JAVA_TOOL_OPTIONS$" "jvmOptions")
  (list "^QUARKUS_HTTP_(TLS_CONFIGURATION_NAME|INSECURE_REQUESTS)$" "tls.enabled")
  (list "^QUARKUS_OIDC_AUTH_SERVER_URL$" "auth.issuer")
  (list "^QUARKUS_OIDC_TOKEN_AUDIENCE$" "auth.audience")
  (list "^QUARKUS_OIDC_ROLES_ROLE_CLAIM_PATH$" "auth.rolesClaim")
  (list "^QUARKUS_OTEL_" "tracing")
  (list "^KAFKA_BOOTSTRAP_SERVERS$" "kafka.bootstrapServers")
  (list "^KAFKA_SECURITY_PROTOCOL$" "kafka.tls and kafka.sasl")
  (list "^KAFKA_SSL_TRUSTSTORE" "kafka.tls")
  (list "^KAFKA_SSL_KEYSTORE" "kafka.mtls")
  (list "^(KAFKA_SASL_|SLUICE_KAFKA_|JDK_JAVA_OPTIONS$)" "kafka.sasl")
  (list "^KAFKA_CLIENT_RACK$" "kafka.rackFromZone")
  (list "^SLUICE_TOPIC_" "topic")
  (list "^SLUICE_POSITIONS_TOPIC$" "positions.topic")
  (list "^SLUICE_REVOCATIONS_" "revocations")
  (list "^SLUICE_PROXY_PROTOCOL_FROM$" "clientAddress.proxyProtocolBy")
  (list "^SLUICE_(PUBLISHER_KAFKA_ACKNOWLEDGE_TIMEOUT|DRAIN_WINDOW)$" "drain.windowSeconds")
  (list "^SLUICE_CONNECTION_MAX_AGE$" "connectionMaxAge")
  (list "^SLUICE_BROWSER_" "browser")
  (list "^QUARKUS_HTTP_PROXY_" "clientAddress")
  (list "^SLUICE_TICKETS_KEYS$" "tickets.secretName")
  (list "^SLUICE_CONSOLE_" "console")
  (list "^SLUICE_EDGES_KEYS$" "edgeKeys.secretName")
  (list "^QUARKUS_GRPC_CLIENTS_PUBLISHER_" "publisher or externalPublisher")
-}}
{{- if regexMatch (first $of) $ -}}{{- $found = last $of -}}{{- end -}}
{{- end -}}
{{- $found -}}
{{- end -}}
