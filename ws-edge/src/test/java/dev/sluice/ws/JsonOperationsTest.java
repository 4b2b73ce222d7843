package dev.sluice.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.edge.conversation.Operation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonOperationsTest {

    private static Operation read(Subprotocol subprotocol, String text) throws Subprotocol.Unreadable {
        return subprotocol.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(Subprotocol subprotocol, String text, @Nullable String id, String field) {
        assertThatThrownBy(() -> read(subprotocol, text))
                .isInstanceOfSatisfying(Subprotocol.Unreadable.class, unreadable -> {
                    assertThat(unreadable.id()).isEqualTo(id == null ? "" : id);
                    assertThat(unreadable.refusal().problem().reason()).isEqualTo(Reason.MALFORMED);
                    assertThat(unreadable.refusal().problem().field()).isEqualTo(field);
                });
    }

    private static PublishRequest publish(String members) throws Subprotocol.Unreadable {
        var operation = read(new JsonSubprotocol(), "{'op':'publish','id':'1','channel':'a'" + members + "}");
        return ((Operation.Publish) operation).request();
    }

    @Test
    void shouldReadEachOperation() throws Subprotocol.Unreadable {
        var json = new JsonSubprotocol();

        assertThat(read(json, "{'op':'ping','id':'1'}")).isEqualTo(new Operation.Ping("1"));
        assertThat(read(json, "{'op':'unsubscribe','id':'1','subscription':'s'}"))
                .isEqualTo(new Operation.Unsubscribe("1", "s"));
        assertThat(read(json, "{'op':'ack','id':'1','subscription':'s','cursor':'c'}"))
                .isEqualTo(new Operation.Ack("1", "s", "c"));
        assertThat(read(json, "{'op':'auth','id':'1','token':'t'}")).isEqualTo(new Operation.Auth("1", "t"));
        assertThat(read(json, "{'op':'subscribe','id':'1','channels':['a']}")).isInstanceOf(Operation.Subscribe.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "nonsense;;message",
                "[];;message",
                "{};;op",
                "{'id':'7'};7;op",
                "{'op':'ping'};;id",
                "{'op':'ping','id':5};5;id",
                "{'op':'ping','id':null};;id",
                "{'op':'dance','id':'7'};7;op",
                "{'op':'ping','id':'7','x':1};7;x",
                "{'op':'unsubscribe','id':'7'};7;subscription",
                "{'op':'unsubscribe','id':'7','subscription':''};7;subscription",
                "{'op':'ack','id':'7','subscription':'s'};7;cursor",
                "{'op':'auth','id':'7','token':5};7;token",
                "{'op':'subscribe','id':'7','channel':'a'};7;channel",
                "{'op':'publish','id':'7'};7;channel",
                "{'op':'publish','id':'7','channel':'a','payload':1};7;payload",
                "{'op':'publish','id':'7','channel':'a','data':1,'data_base64':''};7;data_base64",
                "{'op':'publish','id':'7','channel':'a','data_base64':'*'};7;data_base64",
                "{'op':'publish','id':'7','channel':'a','content_type':'text/plain','data':{}};7;data",
                "{'op':'publish','id':'7','channel':'a','attributes':[]};7;attributes",
                "{'op':'publish','id':'7','channel':'a','type':1};7;type",
                "{'op':'ping','op':'ping','id':'7'};;message"
            })
    void shouldRefuseByMemberAndNameTheOperation(String text, @Nullable String id, String field) {
        refused(new JsonSubprotocol(), text, id, field);
    }

    @Test
    void shouldPublishDataInEachForm() throws Subprotocol.Unreadable {
        assertThat(publish(",'data':{'x':1.10}").getPayload().toStringUtf8()).isEqualTo("{\"x\":1.10}");
        assertThat(publish(",'data':{'x':1}").getContentType()).isEqualTo("application/json");
        assertThat(publish(",'data':'hi'").getPayload().toStringUtf8()).isEqualTo("\"hi\"");
        assertThat(publish(",'data':'hi','content_type':'text/plain'")
                        .getPayload()
                        .toStringUtf8())
                .isEqualTo("hi");
        assertThat(publish(",'data':{'x':1},'content_type':'Application/JSON'")
                        .getPayload()
                        .toStringUtf8())
                .isEqualTo("{\"x\":1}");
        assertThat(publish(",'data_base64':'AP8='").getPayload().toByteArray()).containsExactly(0, -1);
        assertThat(publish("").getPayload().isEmpty()).isTrue();
        assertThat(publish(",'subject':'s','attributes':{'region':'eu'}").getAttributesMap())
                .containsEntry("subject", "s")
                .containsEntry("region", "eu");
    }

    @Test
    void shouldPublishAPlainCloudEventAndTakeReservedOnesForOperations() throws Subprotocol.Unreadable {
        var cloudEvents = new CloudEventsSubprotocol();
        var published = (Operation.Publish) read(
                cloudEvents,
                "{'specversion':'1.0','id':'1','source':'/s','type':'t','channel':'a','region':'eu','data':{'x':1}}");

        assertThat(published.id()).isEqualTo("1");
        assertThat(published.request().getChannel()).isEqualTo("a");
        assertThat(published.request().getId()).isEqualTo("1");
        assertThat(published.request().getPayload().toStringUtf8()).isEqualTo("{\"x\":1}");
        assertThat(read(cloudEvents, "{'specversion':'1.0','id':'2','source':'/s','type':'sluice.ping'}"))
                .isEqualTo(new Operation.Ping("2"));
        assertThat(
                        read(
                                cloudEvents,
                                "{'specversion':'1.0','id':'3','source':'/s','type':'sluice.subscribe','data':{'channels':['a']}}"))
                .isInstanceOf(Operation.Subscribe.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "nonsense;;message",
                "{'specversion':'1.0','id':'7','source':'/s','type':'t'};7;channel",
                "{'specversion':'1.0','id':'7','type':'t','channel':'a..b','source':'/s'};7;channel",
                "{'specversion':'1.0','type':'sluice.ping'};;id",
                "{'specversion':'1.0','id':'7','type':'sluice.ping','data':'x'};7;data",
                "{'specversion':'1.0','id':'7','type':'sluice.unsubscribe','data':{}};7;subscription"
            })
    void shouldRefuseCloudEventsByAttribute(String text, @Nullable String id, String field) {
        refused(new CloudEventsSubprotocol(), text, id, field);
    }
}
