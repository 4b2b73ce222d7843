package dev.sluice.kafka;

import java.util.HashMap;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.CallbackHandler;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.jspecify.annotations.Nullable;

/**
 * Signs in to Kafka by PLAIN or SCRAM with a name and a password from the environment, {@value #USERNAME} and {@value #PASSWORD}:
 * {@code sasl.jaas.config=dev.sluice.kafka.EnvironmentLogin required;}. They could stand in that line themselves, but a quote, a
 * backslash or a <code>${</code> in a password would be one of the line's, or of the configuration's. Made and called by Kafka's clients, once a login.
 */
public final class EnvironmentLogin extends ScramLoginModule {
    /** The variable with the user's name. */
    public static final String USERNAME = "SLUICE_KAFKA_USERNAME";

    /** The variable with the password. */
    public static final String PASSWORD = "SLUICE_KAFKA_PASSWORD";

    private final Map<String, String> environment;

    public EnvironmentLogin() {
        this(System.getenv());
    }

    EnvironmentLogin(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws IllegalStateException naming the variable that is missing */
    @Override
    public void initialize(
            Subject subject,
            @Nullable CallbackHandler callbackHandler,
            Map<String, ?> sharedState,
            Map<String, ?> options) {
        var all = new HashMap<String, Object>(options);
        all.put("username", value(environment, USERNAME));
        all.put("password", value(environment, PASSWORD));
        super.initialize(subject, callbackHandler, sharedState, all);
    }

    static String value(Map<String, String> environment, String variable) {
        String value = environment.get(variable);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException(variable + " is not set, and Kafka's login needs it");
        }
        return value;
    }
}
