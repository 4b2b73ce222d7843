package dev.sluice.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EdgeKeysTest {
    private static final String OLD = "o".repeat(32);
    private static final String NEW = "n".repeat(44);

    @Test
    void shouldShowTheFirstAndTakeEach() {
        var keys = keys(NEW, OLD);
        assertThat(keys.own()).contains(NEW);
        assertThat(keys.open(OLD)).isTrue();
        assertThat(keys.open(NEW)).isTrue();
        assertThat(keys.open(NEW + "n")).isFalse();
        assertThat(keys.open("")).isFalse();
        assertThat(keys.open(null)).isFalse();
    }

    @Test
    void shouldAskForNothingWhereThereAreNone() {
        var keys = new EdgeKeys(Optional::empty);
        assertThat(keys.own()).isEmpty();
        assertThat(keys.open(null)).isTrue();
    }

    @Test
    void shouldNotStartWithAKeyThatCanBeGuessed() {
        assertThatThrownBy(() -> keys(NEW, "secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sluice.edges.keys")
                .hasMessageNotContaining("secret");
    }

    private static EdgeKeys keys(String... keys) {
        return new EdgeKeys(() -> Optional.of(List.of(keys)));
    }
}
