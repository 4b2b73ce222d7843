{{/*
The environment of a component, and its file. What has a value of its own in the chart stands in the environment, which outranks
the file; secrets are referred to.
*/}}
{{- define "sluice.env" -}}
{{- $values := .root.Values -}}
{{- $kafka := $values.kafka -}}
{{- $user := include "sluice.kafkaUserSecret" (dict "root" .root "side" (include "sluice.side" .)) -}}
{{- with .v.jvmOptions }}
- name: JAVA_TOOL_OPTIONS
  value: {{ . | quote }}
{{- end }}
- name: SMALLRYE_CONFIG_LOCATIONS
  value: file:///etc/sluice/config/sluice.properties
- name: QUARKUS_HTTP_HOST
  value: 0.0.0.0
{{- if .v.tls.enabled }}
- name: QUARKUS_HTTP_SSL_PORT
  value: {{ include "sluice.containerPort" . | quote }}
- name: QUARKUS_HTTP_TLS_CONFIGURATION_NAME
  value: pod
- name: QUARKUS_HTTP_INSECURE_REQUESTS
  value: disabled
{{- else }}
- name: QUARKUS_HTTP_PORT
  value: {{ include "sluice.containerPort" . | quote }}
{{- end }}
- name: QUARKUS_OIDC_AUTH_SERVER_URL
  value: {{ $values.auth.issuer | quote }}
- name: QUARKUS_OIDC_TOKEN_AUDIENCE
  value: {{ $values.auth.audience | quote }}
- name: QUARKUS_OIDC_ROLES_ROLE_CLAIM_PATH
  value: {{ $values.auth.rolesClaim | quote }}
{{- with $values.tracing }}
{{- if .endpoint }}
- name: QUARKUS_OTEL_SDK_DISABLED
  value: "false"
- name: QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .endpoint | quote }}
- name: QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ .protocol | quote }}
- name: QUARKUS_OTEL_TRACES_SAMPLER_ARG
  value: {{ .sampleRatio | quote }}
{{- end }}
{{- end }}
- name: KAFKA_BOOTSTRAP_SERVERS
  value: {{ include "sluice.bootstrapServers" .root | quote }}
- name: KAFKA_SECURITY_PROTOCOL
  value: {{ printf "%s%s" (ternary "SASL_" "" (ne $kafka.sasl.mechanism "")) (ternary "SSL" "PLAINTEXT" $kafka.tls.enabled) }}
{{- if and $kafka.tls.enabled (not $kafka.tls.systemTrust) }}
- name: KAFKA_SSL_TRUSTSTORE_TYPE
  value: PEM
- name: KAFKA_SSL_TRUSTSTORE_LOCATION
  value: /etc/sluice/kafka-ca/ca.crt
{{- end }}
{{- if $kafka.mtls.enabled }}
- name: KAFKA_SSL_KEYSTORE_TYPE
  value: PEM
- name: KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN
  valueFrom:
    secretKeyRef:
      name: {{ $user }}
      key: {{ $kafka.mtls.certificateKey }}
- name: KAFKA_SSL_KEYSTORE_KEY
  valueFrom:
    secretKeyRef:
      name: {{ $user }}
      key: {{ $kafka.mtls.privateKeyKey }}
{{- end }}
{{- with $kafka.sasl }}
{{- $way := include "sluice.saslWay" (dict "root" $.root "side" (include "sluice.side" $)) }}
{{- if .mechanism }}
- name: KAFKA_SASL_MECHANISM
  value: {{ .mechanism }}
{{- end }}
{{- if eq $way "jaas" }}
- name: KAFKA_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef:
      name: {{ $user }}
      key: {{ .jaasConfigKey }}
{{- else if eq $way "password" }}
# Read by the login module itself: in a line of JAAS a quote or a backslash of a password would be one of the line's.
- name: KAFKA_SASL_JAAS_CONFIG
  value: dev.sluice.kafka.EnvironmentLogin required;
{{- with (get $kafka.users (include "sluice.side" $)).username }}
- name: SLUICE_KAFKA_USERNAME
  value: {{ . | quote }}
{{- else }}
- name: SLUICE_KAFKA_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ $user }}
      key: {{ $kafka.sasl.usernameKey }}
{{- end }}
- name: SLUICE_KAFKA_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ $user }}
      key: {{ .passwordKey }}
{{- else if eq $way "oauth" }}
- name: KAFKA_SASL_JAAS_CONFIG
  value: org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;
# The id and secret are read by this itself, for the same reason.
- name: KAFKA_SASL_LOGIN_CALLBACK_HANDLER_CLASS
  value: dev.sluice.kafka.EnvironmentClient
- name: KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL
  value: {{ .oauth.tokenEndpoint | quote }}
- name: SLUICE_KAFKA_CLIENT_ID
  valueFrom:
    secretKeyRef:
      name: {{ $user }}
      key: {{ .oauth.clientIdKey }}
- name: SLUICE_KAFKA_CLIENT_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ $user }}
      key: {{ .oauth.clientSecretKey }}
{{- with .oauth.scope }}
- name: KAFKA_SASL_OAUTHBEARER_SCOPE
  value: {{ . | quote }}
{{- end }}
# Kafka's clients ask no address that they were not allowed to; besides what JAVA_TOOL_OPTIONS has.
- name: JDK_JAVA_OPTIONS
  value: -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={{ .oauth.tokenEndpoint }}
{{- else if eq $way "iam" }}
- name: KAFKA_SASL_JAAS_CONFIG
  value: software.amazon.msk.auth.iam.IAMLoginModule required;
- name: KAFKA_SASL_CLIENT_CALLBACK_HANDLER_CLASS
  value: software.amazon.msk.auth.iam.IAMClientCallbackHandler
{{- end }}
{{- end }}
{{- if and $kafka.rackFromZone (ne .name "publisher") }}
- name: KAFKA_CLIENT_RACK
  valueFrom:
    fieldRef:
      fieldPath: metadata.labels['topology.kubernetes.io/zone']
{{- end }}
- name: SLUICE_TOPIC_NAME
  value: {{ $values.topic.name | quote }}
- name: SLUICE_POSITIONS_TOPIC
  value: {{ $values.positions.topic | quote }}
- name: SLUICE_REVOCATIONS_TOPIC
  value: {{ $values.revocations.topic | quote }}
- name: SLUICE_REVOCATIONS_RETENTION
  value: {{ $values.revocations.retention | quote }}
{{- with include "sluice.edgeKeysSecret" .root }}
- name: SLUICE_EDGES_KEYS
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $values.edgeKeys.key }}
{{- end }}
{{- with $values.clientAddress.proxyProtocolBy }}
- name: SLUICE_PROXY_PROTOCOL_FROM
  value: {{ join "," . | quote }}
{{- end }}
{{- if eq .name "publisher" }}
- name: SLUICE_REVOCATIONS_ROLE
  value: {{ $values.revocations.role | quote }}
{{- with $values.revocations.logoutAudience }}
- name: SLUICE_REVOCATIONS_LOGOUT_AUDIENCE
  value: {{ join "," . | quote }}
{{- end }}
- name: SLUICE_TOPIC_CREATE
  value: {{ and $values.topic.create (not $kafka.strimzi.enabled) | quote }}
- name: SLUICE_TOPIC_PARTITIONS
  value: {{ int $values.topic.partitions | quote }}
- name: SLUICE_TOPIC_REPLICATION_FACTOR
  value: {{ int $values.topic.replicationFactor | quote }}
- name: SLUICE_TOPIC_RETENTION
  value: {{ $values.topic.retention | quote }}
# The publisher's drain is this and 2 s more.
- name: SLUICE_PUBLISHER_KAFKA_ACKNOWLEDGE_TIMEOUT
  value: {{ printf "%ds" (max 1 (sub (int .v.drain.windowSeconds) 2)) }}
{{- else }}
- name: SLUICE_DRAIN_WINDOW
  value: {{ printf "%ds" (int .v.drain.windowSeconds) }}
{{- with .v.connectionMaxAge }}
- name: SLUICE_CONNECTION_MAX_AGE
  value: {{ . }}
{{- end }}
{{- with $values.browser.origins }}
- name: SLUICE_BROWSER_ORIGINS
  value: {{ join "," . | quote }}
{{- end }}
{{- if and $values.console.enabled (eq .name "sse") }}
- name: SLUICE_CONSOLE_ENABLED
  value: "true"
{{- range $key := list "client" "websocket" "grpc" }}
- name: SLUICE_CONSOLE_{{ upper $key }}
  value: {{ get $values.console $key | quote }}
{{- end }}
{{- end }}
{{- with $values.browser.cookie }}
- name: SLUICE_BROWSER_COOKIE
  value: {{ . | quote }}
{{- end }}
{{- with $values.clientAddress.forwardedBy }}
- name: QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING
  value: "true"
- name: QUARKUS_HTTP_PROXY_ALLOW_FORWARDED
  value: {{ eq $values.clientAddress.header "Forwarded" | quote }}
- name: QUARKUS_HTTP_PROXY_TRUSTED_PROXIES
  value: {{ join "," . | quote }}
{{- end }}
{{- with $values.tickets.secretName }}
- name: SLUICE_TICKETS_KEYS
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $values.tickets.key }}
{{- end }}
- name: QUARKUS_GRPC_CLIENTS_PUBLISHER_HOST
  value: {{ include "sluice.publisherHost" .root | quote }}
- name: QUARKUS_GRPC_CLIENTS_PUBLISHER_PORT
  value: {{ include "sluice.publisherPort" .root | quote }}
- name: QUARKUS_GRPC_CLIENTS_PUBLISHER_LOAD_BALANCING_POLICY
  value: round_robin
{{- $publisher := include "sluice.publisherTls" .root | fromJson }}
{{- if $publisher.enabled }}
- name: QUARKUS_GRPC_CLIENTS_PUBLISHER_PLAIN_TEXT
  value: "false"
{{- if $publisher.secret }}
- name: QUARKUS_GRPC_CLIENTS_PUBLISHER_SSL_TRUST_STORE
  value: /etc/sluice/publisher-ca/ca.crt
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* How a side signs in by SASL: jaas, password, oauth or iam. */}}
{{- define "sluice.saslWay" -}}
{{- $sasl := .root.Values.kafka.sasl -}}
{{- if has $sasl.mechanism (list "PLAIN" "SCRAM-SHA-256" "SCRAM-SHA-512") -}}
{{- ternary "password" "jaas" (or (ne $sasl.usernameKey "") (ne (get .root.Values.kafka.users .side).username "")) -}}
{{- else if eq $sasl.mechanism "OAUTHBEARER" -}}
{{- ternary "oauth" "jaas" (ne $sasl.oauth.tokenEndpoint "") -}}
{{- else if eq $sasl.mechanism "AWS_MSK_IAM" -}}
iam
{{- end -}}
{{- end -}}

{{/* Names that `extraEnv` sets of Kafka's, which win over the chart's: there is more that Kafka's clients can be told than there are values. */}}
{{- define "sluice.ownKafka" -}}
{{- $names := list -}}
{{- range .v.extraEnv -}}{{- if hasPrefix "KAFKA_" .name -}}{{- $names = append $names .name -}}{{- end -}}{{- end -}}
{{- toJson $names -}}
{{- end -}}

{{/* The environment, with what was added. */}}
{{- define "sluice.allEnv" -}}
{{- $own := include "sluice.ownKafka" . | fromJsonArray -}}
{{- $env := list -}}
{{- range include "sluice.env" . | fromYamlArray -}}{{- if not (has .name $own) -}}{{- $env = append $env . -}}{{- end -}}{{- end -}}
{{- toYaml (concat $env .v.extraEnv) -}}
{{- end -}}

{{/* What the environment can't say well: names with dots of their own, rules. Ranks above what is built in, below the environment. */}}
{{- define "sluice.properties" -}}
config_ordinal=275
{{- if .v.tls.enabled }}
quarkus.tls.pod.key-store.pem.0.cert=/etc/sluice/tls/tls.crt
quarkus.tls.pod.key-store.pem.0.key=/etc/sluice/tls/tls.key
quarkus.tls.pod.reload-period={{ .v.tls.reloadPeriod }}
{{- end }}
{{- if or .root.Values.caBundle.configMapName .root.Values.caBundle.secretName }}
quarkus.tls.issuer-ca.trust-store.pem.certs=/etc/sluice/issuer-ca/ca.crt
quarkus.oidc.tls.tls-configuration-name=issuer-ca
{{- end }}
{{- range $name, $issuer := .root.Values.auth.issuers }}
sluice.auth.issuers.{{ $name }}.url={{ $issuer.url }}
{{- with $issuer.audience }}
sluice.auth.issuers.{{ $name }}.audience={{ . }}
{{- end }}
{{- with $issuer.rolesClaim }}
sluice.auth.issuers.{{ $name }}.roles-claim={{ . }}
{{- end }}
{{- if $issuer.privateCA }}
sluice.auth.issuers.{{ $name }}.tls-configuration-name=issuer-ca
{{- end }}
{{- end }}
{{- range $name, $rule := .root.Values.auth.rules }}
{{- with $rule.role }}
sluice.auth.rules.{{ $name }}.role={{ . }}
{{- end }}
{{- with $rule.subscribe }}
sluice.auth.rules.{{ $name }}.subscribe={{ join "," . }}
{{- end }}
{{- with $rule.publish }}
sluice.auth.rules.{{ $name }}.publish={{ join "," . }}
{{- end }}
{{- end }}
{{- range $key, $value := include "sluice.config" . | fromJson }}
{{ $key }}={{ $value | replace "\\" "\\\\" }}
{{- end }}
{{- end -}}
