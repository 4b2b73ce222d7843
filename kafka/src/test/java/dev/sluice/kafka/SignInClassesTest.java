package dev.sluice.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignInClassesTest {
    private static final String JAAS = "sasl.jaas.config";

    @ParameterizedTest
    @CsvSource({
        "sasl.jaas.config, software.amazon.msk.auth.iam.IAMLoginModule required;",
        "sasl.client.callback.handler.class, software.amazon.msk.auth.iam.IAMClientCallbackHandler",
        "sasl.login.callback.handler.class, software.amazon.msk.auth.iam.IAMOAuthBearerLoginCallbackHandler"
    })
    void shouldSayHowToHaveAmazonsLogin(String key, String value) {
        assertThatThrownBy(() -> SignInClasses.check(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kafka." + key)
                .hasMessageContaining(value.replace(" required;", ","))
                .hasMessageContaining("-Pimages,msk");
    }

    /** Whatever of Kafka's settings is a class. */
    @ParameterizedTest
    @ValueSource(strings = {"sasl.login.class", "sasl.login.callback.handler.class", "ssl.engine.factory.class"})
    void shouldNameAnyOtherClassThatIsMissing(String key) {
        assertThatThrownBy(() -> SignInClasses.check(Map.of(key, "com.example.Missing")))
                .hasMessageContaining("kafka." + key)
                .hasMessageContaining("com.example.Missing")
                .hasMessageContaining("Mend the name")
                .hasMessageNotContaining("images,msk");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.sluice.kafka.EnvironmentLogin required;",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"p\\\"q\";"
            })
    void shouldTakeWhatIsHere(String line) {
        assertThatCode(() -> SignInClasses.check(Map.of(
                        JAAS,
                        line,
                        "sasl.login.callback.handler.class",
                        "dev.sluice.kafka.EnvironmentClient",
                        "bootstrap.servers",
                        "localhost:9092")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.example.Login required username=\"u\" password=secret word;",
                "org.example.Login required password=\"secret\"",
                "org.example.Login required password=\"secret\"; org.example.Second required;",
                " "
            })
    void shouldNotShowAPieceOfALineThatIsNone(String line) {
        assertThatThrownBy(() -> SignInClasses.check(Map.of(JAAS, line)))
                .hasMessageStartingWith("kafka.sasl.jaas.config is not one entry of JAAS")
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("word")
                .hasNoCause();
    }
}
