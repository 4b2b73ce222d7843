{{/* The pod of a component: the same for all four. */}}
{{- define "sluice.podSpec" -}}
{{- $values := .root.Values -}}
{{- $publisherCa := include "sluice.publisherCa" . | fromJson -}}
{{- with include "sluice.imagePullSecrets" .root }}{{ . | trim }}{{ "\n" }}{{ end -}}
serviceAccountName: {{ include "sluice.serviceAccountName" .root }}
automountServiceAccountToken: false
# Or a Service that is called kafka would put KAFKA_PORT and the like among Kafka's settings.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ include "sluice.graceSeconds" . }}
securityContext:
  {{- include "sluice.podSecurityContext" . | nindent 2 }}
{{- with .v.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .v.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .v.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .v.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .v.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .v.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .v.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .v.topologySpread.enabled }}
topologySpreadConstraints:
  {{- range $constraint := .v.topologySpread.constraints }}
  -
    {{- if not (hasKey $constraint "labelSelector") }}
    labelSelector:
      matchLabels:
        {{- include "sluice.selector" $ | nindent 8 }}
    {{- end }}
    {{- toYaml $constraint | nindent 4 }}
  {{- else }}
  {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: {{ $.v.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "sluice.selector" $ | nindent 8 }}
    # The old pods of a rollout are going anyway.
    matchLabelKeys: [pod-template-hash]
  {{- end }}
  {{- end }}
{{- end }}
{{- with .v.extraInitContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: {{ .name }}
    image: {{ include "sluice.image" . | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    securityContext:
      {{- include "sluice.containerSecurityContext" . | nindent 6 }}
    ports:
      - name: http
        containerPort: {{ include "sluice.containerPort" . }}
    env:
      {{- include "sluice.allEnv" . | nindent 6 }}
    {{- with .v.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    # Liveness never depends on Kafka; readiness of an edge is having caught up with the log.
    startupProbe:
      httpGet:
        path: /q/health/live
        port: http
        {{- if .v.tls.enabled }}
        scheme: HTTPS
        {{- end }}
      timeoutSeconds: 5
      periodSeconds: 2
      failureThreshold: {{ div (add .v.probes.startup.seconds 1) 2 }}
    livenessProbe:
      httpGet:
        path: /q/health/live
        port: http
        {{- if .v.tls.enabled }}
        scheme: HTTPS
        {{- end }}
      timeoutSeconds: 5
      periodSeconds: {{ int .v.probes.liveness.periodSeconds }}
      failureThreshold: {{ int .v.probes.liveness.failureThreshold }}
    readinessProbe:
      httpGet:
        path: /q/health/ready
        port: http
        {{- if .v.tls.enabled }}
        scheme: HTTPS
        {{- end }}
      timeoutSeconds: 5
      periodSeconds: {{ int .v.probes.readiness.periodSeconds }}
      failureThreshold: {{ int .v.probes.readiness.failureThreshold }}
    {{- if .v.drain.preStopSeconds }}
    lifecycle:
      preStop:
        sleep:
          seconds: {{ int .v.drain.preStopSeconds }}
    {{- end }}
    resources:
      {{- toYaml .v.resources | nindent 6 }}
    volumeMounts:
      - name: config
        mountPath: /etc/sluice/config
        readOnly: true
      - name: tmp
        mountPath: /tmp
      {{- if include "sluice.mountsKafkaCa" .root }}
      - name: kafka-ca
        mountPath: /etc/sluice/kafka-ca
        readOnly: true
      {{- end }}
      {{- if include "sluice.mountsIssuerCa" .root }}
      - name: issuer-ca
        mountPath: /etc/sluice/issuer-ca
        readOnly: true
      {{- end }}
      {{- if .v.tls.enabled }}
      - name: tls
        mountPath: /etc/sluice/tls
        readOnly: true
      {{- end }}
      {{- if $publisherCa }}
      - name: publisher-ca
        mountPath: /etc/sluice/publisher-ca
        readOnly: true
      {{- end }}
      {{- with .v.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- with .v.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  - name: config
    configMap:
      name: {{ include "sluice.name" . }}
  # What unpacks native code, and buffers files, wants a place; the rest of the file system is read-only.
  - name: tmp
    emptyDir:
      sizeLimit: 64Mi
  {{- if include "sluice.mountsKafkaCa" .root }}
  - name: kafka-ca
    secret:
      secretName: {{ include "sluice.kafkaCaSecret" .root }}
      items:
        - key: {{ $values.kafka.tls.caSecret.key }}
          path: ca.crt
  {{- end }}
  {{- if include "sluice.mountsIssuerCa" .root }}
  - name: issuer-ca
    {{- if $values.caBundle.secretName }}
    secret:
      secretName: {{ $values.caBundle.secretName }}
    {{- else }}
    configMap:
      name: {{ $values.caBundle.configMapName }}
    {{- end }}
      items:
        - key: {{ $values.caBundle.key }}
          path: ca.crt
  {{- end }}
  {{- if .v.tls.enabled }}
  # Mounted as a folder: single files (subPath) would stay as they were when the certificate is renewed.
  - name: tls
    secret:
      secretName: {{ include "sluice.tlsSecret" . }}
      items:
        - key: tls.crt
          path: tls.crt
        - key: tls.key
          path: tls.key
  {{- end }}
  {{- with $publisherCa }}
  - name: publisher-ca
    secret:
      secretName: {{ .secret }}
      items:
        - key: {{ .key }}
          path: ca.crt
  {{- end }}
  {{- with .v.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "sluice.mountsKafkaCa" -}}
{{- if and .Values.kafka.tls.enabled (not .Values.kafka.tls.systemTrust) -}}true{{- end -}}
{{- end -}}

{{- define "sluice.mountsIssuerCa" -}}
{{- if or .Values.caBundle.configMapName .Values.caBundle.secretName -}}true{{- end -}}
{{- end -}}

{{/* Of an edge that speaks TLS to the publisher, the secret and key of its CA, as JSON; else nothing. */}}
{{- define "sluice.publisherCa" -}}
{{- $tls := include "sluice.publisherTls" .root | fromJson -}}
{{- if and (ne .name "publisher") $tls.enabled $tls.secret -}}{{ toJson $tls }}{{- else -}}{}{{- end -}}
{{- end -}}

{{/* Both are what the restricted Pod Security Standard wants. */}}
{{- define "sluice.podSecurityContext" -}}
runAsNonRoot: true
{{- with .v.runAsUser }}
runAsUser: {{ int64 . }}
runAsGroup: {{ int64 . }}
fsGroup: {{ int64 . }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "sluice.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}
