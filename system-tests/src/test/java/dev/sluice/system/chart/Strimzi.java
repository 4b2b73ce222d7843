package dev.sluice.system.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** What Strimzi's operators make of the chart's KafkaTopics and KafkaUsers, as far as a broker is concerned. */
final class Strimzi {

    private Strimzi() {}

    /** Each user gets its rights by certificate, and also by the name of its side, for those who sign in with a password. */
    static void operate(Pods rendered, Admin admin) throws InterruptedException, ExecutionException {
        admin.createTopics(Stream.of("events", "positions", "revocations")
                        .map(topic -> rendered.object("KafkaTopic", "events-sluice-" + topic))
                        .map(Strimzi::topic)
                        .toList())
                .all()
                .get();
        var rights = new ArrayList<AclBinding>();
        for (String side : List.of("publisher", "edges")) {
            for (JsonNode acl :
                    rendered.object("KafkaUser", "events-sluice-" + side).at("/spec/authorization/acls")) {
                for (JsonNode operation : acl.path("operations")) {
                    rights.add(right("User:CN=events-sluice-" + side, acl, operation.asText()));
                    rights.add(right("User:" + side, acl, operation.asText()));
                }
            }
        }
        admin.createAcls(rights).all().get();
    }

    private static NewTopic topic(JsonNode object) {
        JsonNode spec = object.path("spec");
        var config = new HashMap<String, String>();
        spec.path("config")
                .properties()
                .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
        return new NewTopic(
                        spec.path("topicName").asText(), spec.path("partitions").asInt(), (short) 1)
                .configs(config);
    }

    private static AclBinding right(String principal, JsonNode acl, String operation) {
        String name = operation.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, acl.at("/resource/name").asText(), PatternType.LITERAL),
                new AccessControlEntry(principal, "*", AclOperation.fromString(name), AclPermissionType.ALLOW));
    }
}
