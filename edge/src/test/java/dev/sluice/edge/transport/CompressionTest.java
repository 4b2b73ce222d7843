package dev.sluice.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.EdgeConfig;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressionTest {
    private static Compression compression(boolean enabled) {
        return new Compression(new EdgeConfig.Compression() {
            @Override
            public boolean enabled() {
                return enabled;
            }

            @Override
            public int level() {
                return 1;
            }

            @Override
            public MemorySize minBytes() {
                return new MemorySize(BigInteger.valueOf(256));
            }
        });
    }

    /** By weight (RFC 9110, section 12.4.2); of equal ones zstd, which takes less CPU. What is not named is not asked for. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                               | -",
                "''                              | -",
                "identity                        | -",
                "*                               | -",
                "br, deflate                     | -",
                "gzip                            | gzip",
                "X-GZIP                          | gzip",
                "zstd                            | zstd",
                "gzip, deflate, br, zstd         | zstd",
                "zstd;q=0.4, gzip;q=0.5          | gzip",
                "zstd ; q=0.5 ,gzip ; q=0.5      | zstd",
                "gzip, zstd;Q=0                  | gzip",
                "gzip;q=0, zstd;q=0.000          | -",
                "gzip;q=2, zstd;q=many, identity | -",
                ", ,gzip;q=1.000,                | gzip",
            })
    void shouldCodeAsTheClientLikes(String accepted, String expected) {
        assertThat(compression(true).contentCoding(accepted).map(ContentCoding::token))
                .isEqualTo(Optional.ofNullable(expected));
        assertThat(compression(false).contentCoding(accepted)).isEmpty();
    }

    @Test
    void shouldCompressMessagesByGzipAlone() {
        assertThat(compression(true).gzip("identity, deflate, gzip")).isPresent();
        assertThat(compression(true).gzip("zstd")).isEmpty();
        assertThat(compression(true).gzip(null)).isEmpty();
        assertThat(compression(false).gzip("gzip")).isEmpty();
    }
}
