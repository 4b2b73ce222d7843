package dev.sluice.system.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A hundred thousand of something, a megabyte where a line is meant, brackets without end: refused, and others are served meanwhile. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class ExcessIT {
    private static final int TIMES = 5;

    private final Sluice sluice;

    ExcessIT(Sluice sluice) {
        this.sluice = sluice;
    }

    static List<Component> services() {
        return Sluice.SERVICES;
    }

    @ParameterizedTest
    @MethodSource("services")
    void shouldRefuseWhatNobodyNeedsAndServeOthers(Component service) {
        var all = Arrays.stream(Excess.values())
                .filter(excess -> excess.service() == service)
                .toList();
        new UnderAttack(sluice, service)
                .serveOthers(all.stream().map(Excess::name).collect(Collectors.joining(", ")), () -> {
                    for (var i = 0; i < TIMES; i++) {
                        assertThat(all).allSatisfy(excess -> assertThat(excess.ask(sluice))
                                .as(excess.name())
                                .startsWith(excess.end()));
                    }
                    return "refused " + TIMES * all.size() + " times";
                });
    }
}
