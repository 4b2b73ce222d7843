package dev.sluice.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;

/** What the issuer is shown is what stands in the environment, to the letter; that it is shown, KafkaCredentialsIT (system-tests) has seen. */
class EnvironmentClientTest {
    private static final String STRANGE = "p\"a\\s;s${word}=' $x";

    @Test
    void shouldTakeTheSecretAsItIs() {
        var client = new EnvironmentClient(Map.of(EnvironmentClient.ID, "edges", EnvironmentClient.SECRET, STRANGE));

        assertThat(client.withClient(Map.of("sasl.mechanism", "OAUTHBEARER")))
                .isEqualTo(Map.of(
                        "sasl.mechanism", "OAUTHBEARER",
                        "sasl.oauthbearer.client.credentials.client.id", "edges",
                        "sasl.oauthbearer.client.credentials.client.secret", new Password(STRANGE)));
    }

    @Test
    void shouldNameWhatIsMissing() {
        assertThatThrownBy(() -> new EnvironmentClient(Map.of(EnvironmentClient.ID, "edges")).withClient(Map.of()))
                .hasMessageContaining("SLUICE_KAFKA_CLIENT_SECRET is not set");
        assertThatThrownBy(() -> new EnvironmentClient(Map.of()).withClient(Map.of()))
                .hasMessageContaining("SLUICE_KAFKA_CLIENT_ID");
    }
}
