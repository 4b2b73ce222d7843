package dev.sluice.contract.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class Base64UrlTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    @Property
    void shouldReadWhatItWrote(@ForAll byte[] bytes) {
        assertThat(Base64Url.decode(Base64Url.encode(bytes)))
                .hasValueSatisfying(read -> assertThat(read).isEqualTo(bytes));
    }

    /** Of one byte, four bits of the second character say nothing: 15 other texts would be the same. */
    @Test
    void shouldTakeOneTextForTheSameBytes() {
        long taken = ALPHABET.chars()
                .filter(c -> Base64Url.decode("A" + (char) c).isPresent())
                .count();
        assertThat(taken).isEqualTo(4);
        assertThat(Base64Url.decode("AA==")).isEmpty();
        assertThat(Base64Url.decode("A")).isEmpty();
        assertThat(Base64Url.decode("A+")).isEmpty();
    }

    @Test
    void shouldLookAtEachPart() {
        assertThat(Base64Url.isCompact("AA.AA.", 3)).isTrue();
        assertThat(Base64Url.isCompact("AA.AB.AA", 3)).isFalse();
        assertThat(Base64Url.isCompact("AA.AA.AB", 3)).isFalse();
        assertThat(Base64Url.isCompact("AA.AA", 3)).isFalse();
    }
}
