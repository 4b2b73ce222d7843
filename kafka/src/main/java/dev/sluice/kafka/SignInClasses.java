package dev.sluice.kafka;

import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.utils.Utils;

/**
 * The classes that the configuration names for signing in to Kafka: are they here? Clients that are made with one that is not fail each for
 * itself, some of them time and again, as if Kafka were away; so whoever makes the first ones asks before.
 */
public final class SignInClasses {
    private static final String AMAZON = "software.amazon.msk.";

    private SignInClasses() {}

    /**
     * Looks for each of them, without running any of its code.
     *
     * @param kafka what the operator configured, without the prefix {@code kafka.}
     * @throws IllegalArgumentException naming the key, the class and the way to have it
     */
    public static void check(Map<String, ?> kafka) {
        AdminClientConfig.configDef().configKeys().forEach((key, definition) -> {
            if (definition.type == ConfigDef.Type.CLASS && kafka.get(key) instanceof String name) {
                find(key, name.trim());
            }
        });
        if (kafka.get(SaslConfigs.SASL_JAAS_CONFIG) instanceof String line) {
            find(SaslConfigs.SASL_JAAS_CONFIG, module(line));
        }
    }

    private static String module(String line) {
        try {
            return JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(line)))
                    .configurationEntries()
                    .get(0)
                    .getLoginModuleName();
        } catch (IllegalArgumentException wrong) {
            // Without its message, which may hold a piece of a password.
            throw new IllegalArgumentException("kafka." + SaslConfigs.SASL_JAAS_CONFIG
                    + " is not one entry of JAAS: <class> required <name>=\"<value>\" …;");
        }
    }

    private static void find(String key, String name) {
        try {
            // As Kafka does.
            var unused = Class.forName(name, false, Utils.getContextOrKafkaClassLoader());
        } catch (ClassNotFoundException | LinkageError missing) {
            throw new IllegalArgumentException(
                    "kafka.%s names the class %s, which is not in this build of the service. %s"
                            .formatted(key, name, way(name)),
                    missing);
        }
    }

    private static String way(String name) {
        return name.startsWith(AMAZON)
                ? "Amazon's login for MSK is in images that are made by './mvnw -DskipTests package -Pimages,msk'"
                : "Mend the name, or build the services with its library, as the profile 'msk' in contract/pom.xml does";
    }
}
