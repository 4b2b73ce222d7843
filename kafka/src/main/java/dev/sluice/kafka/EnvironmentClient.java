package dev.sluice.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler;

/**
 * Signs in to Kafka by OAUTHBEARER with the id and the secret of a client from the environment, {@value #ID} and {@value #SECRET}:
 * {@code sasl.login.callback.handler.class=dev.sluice.kafka.EnvironmentClient}. They are settings of Kafka's too, but a <code>${</code> or
 * a backslash in a secret would be one of the configuration's ({@link EnvironmentLogin} says the same of passwords). Made and called by
 * Kafka's clients, once a login.
 */
public final class EnvironmentClient extends OAuthBearerLoginCallbackHandler {
    /** The variable with the client's id. */
    public static final String ID = "SLUICE_KAFKA_CLIENT_ID";

    /** The variable with its secret. */
    public static final String SECRET = "SLUICE_KAFKA_CLIENT_SECRET";

    private final Map<String, String> environment;

    public EnvironmentClient() {
        this(System.getenv());
    }

    EnvironmentClient(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws IllegalStateException naming the variable that is missing */
    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
        super.configure(withClient(configs), mechanism, entries);
    }

    Map<String, Object> withClient(Map<String, ?> configs) {
        var all = new HashMap<String, Object>(configs);
        all.put(SaslConfigs.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_ID, EnvironmentLogin.value(environment, ID));
        all.put(
                SaslConfigs.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_SECRET,
                new Password(EnvironmentLogin.value(environment, SECRET)));
        return all;
    }
}
