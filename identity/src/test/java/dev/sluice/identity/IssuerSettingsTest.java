package dev.sluice.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.oidc.Oidc;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.runtime.OidcConfig;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerSettingsTest {
    private static final Map<String, String> ONE = Map.of(
            "quarkus.oidc.auth-server-url", "https://one",
            "quarkus.oidc.token.audience", "sluice",
            "quarkus.oidc.roles.role-claim-path", "roles",
            "quarkus.oidc.token.forced-jwk-refresh-interval", "10S");

    private static Map<String, OidcTenantConfig> tenants(String... settings) {
        return tenants(new IssuerSettings(), settings);
    }

    private static Map<String, OidcTenantConfig> tenants(IssuerSettings created, String... settings) {
        var all = new HashMap<>(ONE);
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            all.put(parts[0], parts[1]);
        }
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(OidcConfig.class)
                .withMapping(AuthConfig.class)
                .withMapping(RevocationsConfig.class)
                .withDefaultValues(all)
                .build();
        var tenants = new HashMap<String, OidcTenantConfig>();
        created.create(
                new Recorder(tenants),
                config.getConfigMapping(OidcConfig.class),
                config.getConfigMapping(AuthConfig.class),
                config.getConfigMapping(RevocationsConfig.class));
        return tenants;
    }

    private static OidcTenantConfig tenant(String name, String... settings) {
        return Objects.requireNonNull(tenants(settings).get(name));
    }

    private record Recorder(Map<String, OidcTenantConfig> tenants) implements Oidc {
        @Override
        public void create(OidcTenantConfig tenant) {
            tenants.put(tenant.tenantId().orElse("Default"), tenant);
        }

        @Override
        public void createServiceApp(String authServerUrl) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void createWebApp(String authServerUrl, String clientId, String clientSecret) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void shouldAllowTheFirstIssuerTheClockSkew() {
        OidcTenantConfig one = tenant("Default", "sluice.auth.clock-skew=7s");

        assertThat(one.authServerUrl()).hasValue("https://one");
        assertThat(one.token().audience()).hasValue(List.of("sluice"));
        assertThat(one.token().lifespanGrace()).hasValue(7);
    }

    @Test
    void shouldGiveAFurtherIssuerWhatItDoesNotSayItself() {
        OidcTenantConfig two = tenant("two", "sluice.auth.issuers.two.url=https://two");

        assertThat(two.authServerUrl()).hasValue("https://two");
        assertThat(two.token().audience()).hasValue(List.of("sluice"));
        assertThat(two.roles().roleClaimPath()).hasValue(List.of("roles"));
        assertThat(two.token().lifespanGrace()).hasValue(5);
        assertThat(two.token().forcedJwkRefreshInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(two.token().allowJwtIntrospection()).isFalse();
        assertThat(two.token().allowOpaqueTokenIntrospection()).isFalse();
    }

    @Test
    void shouldTakeTheFurtherIssuersOwnAudienceAlone() {
        OidcTenantConfig two = tenant(
                "two",
                "sluice.auth.issuers.two.url=https://two",
                "sluice.auth.issuers.two.audience=others",
                "sluice.auth.issuers.two.roles-claim=realm_access/roles");

        assertThat(two.token().audience()).hasValue(List.of("others"));
        assertThat(two.roles().roleClaimPath()).hasValue(List.of("realm_access/roles"));
    }

    /** Quarkus takes them besides; an access token still needs one of its own. */
    @Test
    void shouldKnowTheAudienceOfAccessTokensFromThatOfLogoutTokens() {
        var settings = new IssuerSettings();
        var tenants = tenants(
                settings,
                "sluice.revocations.logout-audience=web-app",
                "sluice.auth.issuers.two.url=https://two",
                "sluice.auth.issuers.two.audience=others");

        assertThat(Objects.requireNonNull(tenants.get("Default")).token().audience())
                .hasValue(List.of("sluice", "web-app"));
        assertThat(Objects.requireNonNull(tenants.get("two")).token().audience())
                .hasValue(List.of("others", "web-app"));
        assertThat(settings.audience("Default")).containsExactly("sluice");
        assertThat(settings.audience("two")).containsExactly("others");
        assertThat(settings.audience("three")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "quarkus.oidc.token.audience=any, quarkus.oidc.token.audience: an audience is needed",
        "quarkus.oidc.token.issuer=any, quarkus.oidc.token.issuer: one issuer is needed",
        "quarkus.oidc.other.auth-server-url=https://other, quarkus.oidc.other.token.audience: an audience is needed",
        "sluice.auth.issuers.two.audience=any, sluice.auth.issuers.two.audience: an audience is needed",
        "sluice.revocations.logout-audience=any, sluice.revocations.logout-audience: client ids are needed",
        "sluice.auth.issuers.two.url=https://one, sluice.auth.issuers.two.url: there are two issuers"
    })
    void shouldRefuseAnIssuerWhoseTokensMayBeForAnybody(String setting, String message) {
        assertThatThrownBy(() -> tenants("sluice.auth.issuers.two.url=https://two", setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1s", "61s", "1500ms"})
    void shouldRefuseAClockSkewThatIsNone(String skew) {
        assertThatThrownBy(() -> tenants("sluice.auth.clock-skew=" + skew))
                .hasMessageStartingWith("sluice.auth.clock-skew is 0 to 60 whole seconds");
    }
}
