package dev.sluice.identity.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SluiceClaimTest {

    private static Permissions read(String json) throws Rejected {
        return SluiceClaim.read(JsonEvents.parse("sluice", json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldGrantWhatItSays() throws Rejected {
        var permissions = read("{\"subscribe\":[\"orders.*\"],\"publish\":[\"rooms.**\"],\"filter\":\"type = 'a'\"}");
        assertThat(permissions.refuseSubscribe("channel", new ChannelPattern("orders.42")))
                .isEmpty();
        assertThat(permissions.refuseSubscribe("channel", new ChannelPattern("orders.**")))
                .isPresent();
        assertThat(permissions.refusePublish("channel", new Channel("rooms.a.b")))
                .isEmpty();
        assertThat(permissions.refusePublish("channel", new Channel("orders.42")))
                .isPresent();
    }

    @Test
    void shouldGrantNothingWhenItSaysNothing() throws Rejected {
        assertThat(read("{}")).isEqualTo(Permissions.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | sluice",
                "'text' | sluice",
                "{\"subscribe\":\"a\"} | sluice.subscribe",
                "{\"subscribe\":[\"a\",\"b..c\"]} | sluice.subscribe[1]",
                "{\"publish\":[7]} | sluice.publish[0]",
                "{\"publish\":null} | sluice.publish",
                "{\"filter\":7} | sluice.filter",
                "{\"filter\":\"type = \"} | sluice.filter",
                "{\"subscripe\":[]} | sluice.subscripe"
            })
    void shouldNameWhatItCannotUnderstand(String json, String field) {
        var refusal = catchThrowableOfType(Rejected.class, () -> read(json.equals("text") ? "\"text\"" : json));
        assertThat(refusal.problem().reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(refusal.problem().field()).isEqualTo(field);
    }
}
