package dev.sluice.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import javax.security.auth.Subject;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;

/** What Kafka is shown is what stands in the environment, to the letter. */
class EnvironmentLoginTest {
    private static final String STRANGE = "p\"a\\s;s${word}=' $x";

    @Test
    void shouldShowThePasswordAsItIs() {
        var subject = new Subject();

        login(Map.of(EnvironmentLogin.USERNAME, "edges", EnvironmentLogin.PASSWORD, STRANGE), subject);

        assertThat(subject.getPublicCredentials()).singleElement().isEqualTo("edges");
        assertThat(subject.getPrivateCredentials()).singleElement().isEqualTo(STRANGE);
    }

    @Test
    void shouldNameWhatIsMissing() {
        assertThatThrownBy(() -> login(Map.of(EnvironmentLogin.USERNAME, "edges"), new Subject()))
                .hasMessageContaining("SLUICE_KAFKA_PASSWORD is not set");
        assertThatThrownBy(() -> login(Map.of(), new Subject())).hasMessageContaining("SLUICE_KAFKA_USERNAME");
    }

    /** The line as the chart writes it. */
    @Test
    void shouldBeFoundByTheLineOfJaas() {
        String line = "dev.sluice.kafka.EnvironmentLogin required;";

        assertThat(JaasContext.loadClientContext(Map.of("sasl.jaas.config", new Password(line)))
                        .configurationEntries())
                .singleElement()
                .satisfies(entry ->
                        assertThat(Class.forName(entry.getLoginModuleName())).isEqualTo(EnvironmentLogin.class));
    }

    private static void login(Map<String, String> environment, Subject subject) {
        new EnvironmentLogin(environment).initialize(subject, null, Map.of(), Map.of());
    }
}
