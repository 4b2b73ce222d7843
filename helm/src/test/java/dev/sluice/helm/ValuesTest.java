package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A wrong value is refused with its path; values that contradict one another, with what to do about it. */
class ValuesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sse.replica                              | 3                  | /sse",
                "replicas                                 | 3                  | replicas",
                "sse.replicas                             | many               | /sse/replicas",
                "sse.replicas                             | -1                 | /sse/replicas",
                "sse.enabled                              | maybe              | /sse/enabled",
                "image.pullPolicy                         | Sometimes          | /image/pullPolicy",
                "image.registry                           | https://x          | /image/registry",
                "image.tag                                | a b                | /image/tag",
                "sse.image.digest                         | sha256:12          | /sse/image/digest",
                "kafka.bootstrapServers                   | kafka              | /kafka/bootstrapServers",
                "kafka.bootstrapServers                   | http://kafka:9092  | /kafka/bootstrapServers",
                "kafka.tls.enabled                        | yes please         | /kafka/tls/enabled",
                "kafka.tls.caSecret.name                  | Kafka_CA           | /kafka/tls/caSecret/name",
                "kafka.sasl.mechanism                     | SCRAM              | /kafka/sasl/mechanism",
                "kafka.sasl.password                      | secret             | /kafka/sasl",
                "topic.name                               | my topic           | /topic/name",
                "topic.partitions                         | 0                  | /topic/partitions",
                "topic.replicationFactor                  | 0                  | /topic/replicationFactor",
                "topic.retention                          | a week             | /topic/retention",
                "auth.issuer                              | id.example.com     | /auth/issuer",
                "tracing.endpoint                         | collector:4317     | /tracing/endpoint",
                "tracing.protocol                         | zipkin             | /tracing/protocol",
                "tracing.sampleRatio                      | 1.5                | /tracing/sampleRatio",
                "auth.rules.everybody                     | all                | /auth/rules/everybody",
                "auth.rules.EVERYBODY.role                | x                  | /auth/rules",
                "auth.rules.nobody.role                   | x                  | /auth/rules/nobody",
                "sse.drain.windowSeconds                  | 0                  | /sse/drain/windowSeconds",
                "sse.drain.windowSeconds                  | 20s                | /sse/drain/windowSeconds",
                "sse.drain.marginSeconds                  | 1                  | /sse/drain/marginSeconds",
                "defaults.drain.preStopSeconds            | -5                 | /defaults/drain/preStopSeconds",
                "sse.autoscaling.mode                     | both               | /sse/autoscaling/mode",
                "sse.autoscaling.maxReplicas              | 0                  | /sse/autoscaling/maxReplicas",
                "sse.autoscaling.keda.serverAddress       | prometheus:9090    | /sse/autoscaling/keda/serverAddress",
                "sse.pdb.maxUnavailable                   | all                | /sse/pdb/maxUnavailable",
                "sse.service.type                         | None               | /sse/service/type",
                "sse.service.port                         | 70000              | /sse/service/port",
                "sse.route.hostnames[0]                   | https://a          | /sse/route/hostnames/0",
                "sse.route.parentRefs[0].sectionName      | https              | /sse/route/parentRefs/0",
                "sse.route.timeouts.idle                  | 0s                 | /sse/route/timeouts",
                "sse.ingress.host                         | a/b                | /sse/ingress/host",
                "sse.runAsUser                            | 0                  | /sse/runAsUser",
                "sse.connectionMaxAge                     | soon               | /sse/connectionMaxAge",
                "publisher.connectionMaxAge               | 1h                 | /publisher",
                "sse.grpcRoute.enabled                    | true               | /sse",
                "sse.config.heartbeat                     | 1s                 | /sse/config",
                "sse.extraEnv[0].name                     | A-B                | /sse/extraEnv/0/name",
                "networkPolicy.kafka.extraPorts[0]        | 0                  | /networkPolicy/kafka/extraPorts/0",
                "networkPolicy.clients[0].pods            | x                  | /networkPolicy/clients/0",
                "metrics.podMonitor.interval              | often              | /metrics/podMonitor/interval",
                "metrics.prometheusRule.runbookUrl        | runbooks           | /metrics/prometheusRule/runbookUrl",
                "sse.tls.secret                           | a                  | /sse/tls",
                "sse.tls.reloadPeriod                     | 10s                | /sse/tls/reloadPeriod",
                "ws.tls.dnsNames[0]                       | https://a          | /ws/tls/dnsNames/0",
                "defaults.tls.issuerRef.kind              | Authority          | /defaults/tls/issuerRef/kind",
                "externalPublisher.tls.caSecret.name      | A_B                | /externalPublisher/tls/caSecret/name",
                "clientAddress.proxyProtocolBy[0]         | balancer.example   | /clientAddress/proxyProtocolBy/0",
                "clientAddress.header                     | Via                | /clientAddress/header",
                "certificate.issuerRef.kind               | Authority          | /certificate/issuerRef/kind",
                "edgeKeys.secretName                      | Edge_Keys          | /edgeKeys/secretName",
                "patches[0].merge.spec                    | x                  | /patches/0",
                "patches[0].kind                          | deployment         | /patches/0/kind",
                "tests.image                              | curl               | /tests/image",
                "fullnameOverride                         | A_B                | /fullnameOverride"
            })
    void shouldRefuseAWrongValueByItsPath(String path, String value, String told) {
        assertThatThrownBy(() -> Chart.with("default-values.yaml", Map.of(path, value)))
                .hasMessageContaining(told);
    }

    /** What Helm itself, or a chart around this one, puts among the values. */
    @ParameterizedTest
    @ValueSource(strings = {"global.foo", "enabled", "tags.events"})
    void shouldLetPassWhatBelongsToAParent(String path) {
        assertThat(Chart.with("default-values.yaml", Map.of(path, "true")).kind("Deployment"))
                .hasSize(4);
    }

    @Test
    void shouldWorkInsideAnotherChart() throws IOException {
        Path parent = Path.of("target/parent");
        Chart.copy(parent.resolve("charts/sluice"), text -> text);
        Files.writeString(parent.resolve("Chart.yaml"), """
                apiVersion: v2
                name: parent
                version: 1.0.0
                dependencies:
                  - {name: sluice, version: 0.1.0, condition: sluice.enabled, tags: [events]}
                """);
        Files.writeString(parent.resolve("values.yaml"), """
                global: {imageRegistry: registry.parent, foo: {bar: 1}}
                sluice:
                  enabled: true
                  kafka: {bootstrapServers: "kafka:9092"}
                  auth: {issuer: "https://id.example.com"}
                  edgeKeys: {secretName: edge-keys}
                """);

        Manifests manifests = Manifests.of(new Helm(parent)
                .template()
                .withName("outer")
                .withNamespace(Chart.NAMESPACE)
                .withKubeVersion("1.34.0")
                .call());

        assertThat(manifests.container("sse").path("image").asText())
                .isEqualTo("registry.parent/sluice/sse-edge:0.1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{image: {registry: \"\"}}                                   | image.registry: is required",
                "{auth: {issuer: \"\"}}                                      | auth.issuer: is required",
                "{kafka: {bootstrapServers: \"\"}}                           | kafka.bootstrapServers: is required",
                "{publisher: {enabled: false}, sse: {enabled: false}, ws: {enabled: false}, grpc: {enabled: false}} | nothing to deploy",
                "{kafka: {tls: {enabled: true}}}                             | kafka.tls.caSecret.name: is required",
                "{kafka: {tls: {enabled: true, systemTrust: true, caSecret: {name: a}}}} | kafka.tls.systemTrust: does not go with",
                "{kafka: {mtls: {enabled: true}, users: {publisher: {secretName: a}, edges: {secretName: b}}}} | kafka.mtls.enabled: needs kafka.tls.enabled",
                "{kafka: {sasl: {mechanism: PLAIN}, users: {publisher: {secretName: a}}}} | kafka.users.edges.secretName: is required",
                "{kafka: {sasl: {mechanism: PLAIN}, users: {edges: {secretName: a}}}} | kafka.users.publisher.secretName: is required",
                "{kafka: {strimzi: {enabled: true}}}                         | kafka.strimzi.cluster: is required",
                "{kafka: {strimzi: {enabled: true, cluster: c}, sasl: {mechanism: PLAIN}}} | kafka.sasl.mechanism: Strimzi makes users for SCRAM-SHA-512 only",
                "{kafka: {strimzi: {enabled: true, cluster: c, namespace: elsewhere}, tls: {enabled: true}}} | kafka.tls.caSecret.name: is required",
                "{caBundle: {configMapName: a, secretName: b}}               | caBundle.secretName: does not go with",
                "{publisher: {enabled: false}}                               | externalPublisher.host: is required",
                "{externalPublisher: {host: p}}                              | externalPublisher.host: does not go with",
                "{certificate: {enabled: true}}                              | certificate.issuerRef.name: is required",
                "{certificate: {enabled: true, issuerRef: {name: a}}}        | certificate.enabled: there is no host name",
                "{sse: {tls: {enabled: true}}}                               | sse.tls.secretName: is required with tls.enabled",
                "{sse: {tls: {enabled: true, secretName: a, dnsNames: [b.example]}}} | sse.tls.dnsNames: needs tls.issuerRef.name",
                "{defaults: {tls: {enabled: true, secretName: a, issuerRef: {name: b}}}} | sse.tls.secretName: a is also that of publisher",
                "{externalPublisher: {tls: {enabled: true}}}                 | externalPublisher.tls.enabled: does not go with publisher.enabled",
                "{publisher: {enabled: false}, externalPublisher: {host: a, tls: {caSecret: {name: b}}}} | externalPublisher.tls.caSecret.name: needs externalPublisher.tls.enabled",
                "{networkPolicy: {enabled: true, scrapers: [{podSelector: {}}]}} | networkPolicy.scrapers: without",
                "{sse: {autoscaling: {mode: hpa, minReplicas: 5, maxReplicas: 4}}} | sse.autoscaling.minReplicas: is greater",
                "{sse: {autoscaling: {mode: keda}}}                          | sse.autoscaling.keda.serverAddress: is required",
                "{publisher: {autoscaling: {mode: hpa, cpuUtilization: 0}}}  | publisher.autoscaling.cpuUtilization: is required",
                "{sse: {route: {enabled: true}}}                             | sse.route.parentRefs: is required",
                "{ws: {ingress: {enabled: true}}}                            | ws.ingress.host: is required",
                "{sse: {config: {sluice.drain.window: 5s}}}                  | sse.config: sluice.drain.window has a value of its own",
                "{sse: {config: {kafka.sasl.jaas.config: x}}}                | is a secret; put it into a Secret",
                "{sse: {extraEnv: [{name: SLUICE_TOPIC_NAME, value: x}]}}    | sse.extraEnv: SLUICE_TOPIC_NAME is set already",
                "{sse: {podLabels: {app.kubernetes.io/component: x}}}        | sse.podLabels: app.kubernetes.io/component",
                "{commonLabels: {app.kubernetes.io/name: x}}                 | commonLabels: app.kubernetes.io/name",
                "{defaults: {config: {sluice.memory.byte: 64M}}}             | defaults.config: sluice.memory.byte is a key that no service reads",
                "{sse: {config: {sluice.publisher.event-size: 64K}}}         | sse.config: sluice.publisher.event-size is read by publisher only",
                "{publisher: {config: {sluice.memory.bytes: 64M}}}           | publisher.config: sluice.memory.bytes is read by edges only",
                "{sse: {config: {quarkus.http.host: 127.0.0.1}}}             | sse.config: quarkus.http.host is set by this chart and has to stay as it is",
                "{sse: {config: {quarkus.oidc.auth-server-url: x}}}          | has a value of its own in this chart, auth.issuer; use that",
                "{sse: {config: {kafka.sasl.oauthbearer.client.credentials.client.secret: x}}} | is a secret; put it into a Secret",
                "{sse: {config: {sluice.limits.connections: '50000'}}}       | sse.config: sluice.limits.connections is more than a heap of 384 MiB has room for",
                "{ws: {config: {sluice.memory.bytes: 256M}}}                 | ws.config: sluice.memory.bytes is more than a heap of 384 MiB has room for",
                "{sse: {config: {sluice.limits.heap-per-connection: 32K}, autoscaling: {mode: hpa}}} | sse.autoscaling.connectionsPerPod: is 5000, and a pod has room for",
                "{ws: {jvmOptions: -Xmx128m, autoscaling: {mode: hpa}}}      | ws.autoscaling.connectionsPerPod: is 5000, and a pod has room for",
                "{kafka: {sasl: {mechanism: AWS_MSK_IAM}}}                   | kafka.tls.enabled: is required with kafka.sasl.mechanism AWS_MSK_IAM",
                "{metrics: {podMonitor: {enabled: true}, serviceMonitor: {enabled: true}}} | metrics.serviceMonitor.enabled: does not go with",
                "{sse: {service: {nodePort: 30000}}}                         | sse.service.nodePort: needs service.type",
                "{grpc: {route: {pathPrefix: /a}}}                           | grpc.route.pathPrefix: the paths of gRPC",
                "{publisher: {enabled: false}, externalPublisher: {host: p}, edgeKeys: {secretName: ''}} | edgeKeys.secretName: is required with publisher.enabled=false",
                "{sse: {extraEnv: [{name: SLUICE_EDGES_KEYS, value: x}]}}    | sse.extraEnv: SLUICE_EDGES_KEYS is set already by edgeKeys.secretName",
                "{patches: [{kind: Service, merge: {}}, {kind: Ingress, component: ws, merge: {}}]} | patches[1]: there is no object in this release with {\"component\":\"ws\",\"kind\":\"Ingress\"}",
                "{console: {enabled: true, client: a, grpc: 'https://a'}}    | console.websocket: is required with console.enabled",
                "{console: {enabled: true}, sse: {enabled: false}}           | console.enabled: needs sse.enabled",
                "{kafka: null}                                               | kafka: is null; leave it out",
                "{defaults: {route: {enabled: true, parentRefs: [{name: g}], hostnames: [a.example]}}} | a GRPCRoute and an HTTPRoute with the same host name",
            })
    void shouldSayWhatToDoAboutValuesThatContradictOneAnother(String yaml, String told) {
        assertThatThrownBy(() -> Chart.withYaml("default-values.yaml", yaml)).hasMessageContaining(told);
    }

    @Test
    void shouldTellAllComplaintsAtOnce() {
        assertThatThrownBy(
                        () -> Chart.withYaml("default-values.yaml", "{image: {registry: \"\"}, auth: {issuer: \"\"}}"))
                .hasMessageContaining("image.registry")
                .hasMessageContaining("auth.issuer");
    }

    /** An id is no secret, though its key has "credentials" in it. */
    @Test
    void shouldTakeTheIdOfAClientAmongTheConfiguration() {
        assertThat(Chart.withYaml(
                                "default-values.yaml",
                                "{sse: {config: {kafka.sasl.oauthbearer.client.credentials.client.id: x, sluice.limits.connections: '9000'}}}")
                        .kind("Deployment"))
                .hasSize(4);
    }

    /** Where sprig's mergeOverwrite would keep the default. */
    @Test
    void shouldLetAComponentsFalseAndZeroWinOverTheDefaults() {
        Manifests manifests = Chart.withYaml("default-values.yaml", """
                defaults: {autoscaling: {cpuUtilization: 70}}
                sse: {pdb: {enabled: false}, drain: {preStopSeconds: 0}, replicas: 0, service: {headless: false}}
                """);

        assertThat(manifests.has("PodDisruptionBudget", "events-sluice-sse")).isFalse();
        assertThat(manifests.container("sse").has("lifecycle")).isFalse();
        assertThat(manifests.deployment("sse").path("spec").path("replicas").asInt())
                .isZero();
        assertThat(manifests.has("Service", "events-sluice-sse-headless")).isFalse();
    }
}
