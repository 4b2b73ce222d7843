package dev.sluice.identity.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionRuleTest {
    private static final PermissionRule OWN = rule("users.{sub}.**");

    private static PermissionRule rule(String template) {
        return new PermissionRule("own", null, List.of(template), List.of(template));
    }

    private static List<ChannelPattern> granted(PermissionRule rule, Map<String, String> claims) {
        return rule.grant(Set.of(), name -> Optional.ofNullable(claims.get(name)))
                .subscribe();
    }

    @Property
    void shouldNeverGrantMoreThanOneSegment(@ForAll String sub) {
        for (ChannelPattern pattern : granted(OWN, Map.of("sub", sub))) {
            assertThat(pattern.segments()).hasSize(3).startsWith("users").endsWith("**");
            assertThat(pattern.segments().get(1)).doesNotContain("*");
        }
    }

    @Property
    void shouldNeverGrantTwoUsersTheSame(@ForAll String one, @ForAll String other) {
        if (!one.equals(other) && isText(one) && isText(other)) {
            assertThat(granted(OWN, Map.of("sub", one))).noneMatch(granted(OWN, Map.of("sub", other))::contains);
        }
    }

    /** Claims come from JSON in UTF-8, which has no halves of surrogate pairs. */
    private static boolean isText(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    @Test
    void shouldEncodeWhatIsNotLegalInASegment() {
        assertThat(granted(OWN, Map.of("sub", "a.*%/ü")))
                .containsExactly(new ChannelPattern("users.a%2E%2A%25%2F%C3%BC.**"));
        assertThat(granted(OWN, Map.of("sub", "alice@example,com"))).hasSize(1);
    }

    @Test
    void shouldGrantNothingWithoutTheClaim() {
        assertThat(granted(OWN, Map.of())).isEmpty();
        assertThat(granted(OWN, Map.of("sub", ""))).isEmpty();
        assertThat(granted(OWN, Map.of("sub", "x".repeat(300)))).isEmpty();
        assertThat(granted(rule("{tenant}.**"), Map.of("tenant", "sluice"))).isEmpty();
    }

    @Test
    void shouldShareWhatIsTheSameForAll() {
        var rule = rule("rooms.**");
        assertThat(granted(rule, Map.of("sub", "alice")).get(0))
                .isSameAs(granted(rule, Map.of("sub", "bob")).get(0));
    }

    @Test
    void shouldGrantOnlyToTheRole() {
        var rule = new PermissionRule("r", "publisher", List.of(), List.of("**"));
        assertThat(rule.grant(Set.of("reader"), name -> Optional.empty())).isEqualTo(Permissions.NONE);
        assertThat(rule.grant(Set.of("publisher"), name -> Optional.empty())
                        .refusePublish("channel", new Channel("a.b")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a..b",
                "a.**.b",
                "sluice.a",
                "{}",
                "{ }.a",
                "a{b",
                "{a{b}}",
                "**{a}",
                "{a}{b}",
                "x.{a}-{b}.y"
            })
    void shouldRefuseTemplatesThatAreNone(String template) {
        assertThatThrownBy(() -> rule(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'own'");
    }
}
