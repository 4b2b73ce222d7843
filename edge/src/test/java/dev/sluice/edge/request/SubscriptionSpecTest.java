package dev.sluice.edge.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.filter.Filters;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.contract.v1.Filter;
import dev.sluice.contract.v1.Overflow;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.fanout.session.Start;
import dev.sluice.identity.Caller;
import dev.sluice.identity.permission.Permissions;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionSpecTest {
    private static final Cursor CURSOR = Cursor.single(TopicBinding.of("events", "id"), 12, 3, 42);
    private static final Cursor OTHER = Cursor.single(TopicBinding.of("events", "id"), 12, 3, 43);

    /** Names and values by turns. */
    private static MultiMap query(String... parameters) {
        var query = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < parameters.length; i += 2) {
            query.add(parameters[i], parameters[i + 1]);
        }
        return query;
    }

    private static SubscriptionSpec of(@Nullable String lastEventId, String... parameters) throws Rejected {
        return SubscriptionSpec.ofQuery(query(parameters), Set.of("wait"), lastEventId);
    }

    private static SubscriptionSpec json(String text) throws Rejected {
        return SubscriptionSpec.ofJson(tree(text));
    }

    private static JsonNode tree(String text) {
        try {
            return new JsonMapper().readTree(text.replace('\'', '"'));
        } catch (com.fasterxml.jackson.core.JsonProcessingException wrong) {
            throw new AssertionError(wrong);
        }
    }

    private static void refused(ThrowingCallable call, String field) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Rejected.class, refusal -> {
            assertThat(refusal.problem().reason()).isEqualTo(Reason.MALFORMED);
            assertThat(refusal.problem().field()).isEqualTo(field);
        });
    }

    @Test
    void shouldReadEachParameterOfAUrl() throws Rejected {
        SubscriptionSpec spec = of(
                null,
                "channel",
                "a.b",
                "channel",
                "c.**",
                "filter",
                "type = 'x'",
                "last",
                "7",
                "format",
                "cloudevents",
                "overflow",
                "latest",
                "wait",
                "5");

        assertThat(spec.channels()).containsExactly(new ChannelPattern("a.b"), new ChannelPattern("c.**"));
        assertThat(spec.filter()).isEqualTo(Filters.sql("filter", "type = 'x'"));
        assertThat(spec.start()).isEqualTo(new Start.Last(7));
        assertThat(spec.form()).isEqualTo(Form.CLOUDEVENTS);
        assertThat(spec.overflow()).isEqualTo(dev.sluice.fanout.session.Overflow.LATEST);
    }

    @Test
    void shouldBeLiveDataThatCatchesUpUnlessToldOtherwise() throws Rejected {
        for (SubscriptionSpec spec : List.of(
                of(null, "channel", "a"),
                json("{'op':'subscribe','id':'1','channels':['a']}"),
                SubscriptionSpec.ofProto(
                        StreamRequest.newBuilder().addChannels("a").build()))) {
            assertThat(spec.channels()).containsExactly(new ChannelPattern("a"));
            assertThat(spec.filter()).isEqualTo(EventFilter.EVERYTHING);
            assertThat(spec.start()).isEqualTo(new Start.Live());
            assertThat(spec.form()).isEqualTo(Form.DATA);
            assertThat(spec.overflow()).isEqualTo(dev.sluice.fanout.session.Overflow.CATCH_UP);
        }
    }

    @Test
    void shouldReadTheSameFieldsAndHeartbeatEverywhere() throws Rejected {
        for (SubscriptionSpec spec : List.of(
                of(null, "channel", "a", "fields", "id,region", "heartbeat", "5"),
                json("{'channels':['a'],'fields':['region','id'],'heartbeat':5}"),
                json("{'channels':['a'],'fields':'id,region','heartbeat':5}"),
                SubscriptionSpec.ofProto(StreamRequest.newBuilder()
                        .addChannels("a")
                        .addFields("id")
                        .addFields("region")
                        .setHeartbeat(5)
                        .build()))) {
            assertThat(spec.fields()).contains(new Fields(false, Set.of("id", "region")));
            assertThat(spec.heartbeat()).contains(Duration.ofSeconds(5));
        }
        for (SubscriptionSpec spec : List.of(
                of(null, "channel", "a", "fields", "none"),
                json("{'channels':['a'],'fields':'none'}"),
                json("{'channels':['a'],'fields':['none']}"),
                SubscriptionSpec.ofProto(StreamRequest.newBuilder()
                        .addChannels("a")
                        .addFields("none")
                        .build()))) {
            assertThat(spec.fields()).contains(Fields.NONE);
            assertThat(spec.heartbeat()).isEmpty();
        }
        assertThat(of(null, "channel", "a", "fields", "all").fields()).contains(Fields.ALL);
        assertThat(of(null, "channel", "a").fields()).isEmpty();
    }

    @Test
    void shouldRefuseFieldsAndHeartbeatsThatAreNone() {
        for (String fields : List.of("", "Id", "id,", "data", "cursor", "a b", "a".repeat(101))) {
            refused(() -> of(null, "channel", "a", "fields", fields), "fields");
        }
        refused(() -> json("{'channels':['a'],'fields':[1]}"), "fields[0]");
        refused(() -> json("{'channels':['a'],'fields':[]}"), "fields");
        refused(() -> json("{'channels':['a'],'fields':{}}"), "fields");
        for (String seconds : List.of("0", "1", "61", "-5", "5s", "")) {
            refused(() -> of(null, "channel", "a", "heartbeat", seconds), "heartbeat");
        }
        refused(() -> json("{'channels':['a'],'heartbeat':2.5}"), "heartbeat");
    }

    @Test
    void shouldBeginWithTheFirstOfLastEventIdCursorSinceAndLast() throws Rejected {
        String since = "2026-11-24T11:00:00+01:00";
        String cursor = CURSOR.toString();

        assertThat(of(OTHER.toString(), "channel", "a", "cursor", cursor, "since", since, "last", "1")
                        .start())
                .isEqualTo(new Start.After(OTHER));
        assertThat(of("", "channel", "a", "cursor", cursor, "since", since, "last", "1")
                        .start())
                .isEqualTo(new Start.After(CURSOR));
        assertThat(of(null, "channel", "a", "since", since, "last", "1").start())
                .isEqualTo(new Start.Since(Instant.parse("2026-11-24T10:00:00Z")));
        assertThat(of(null, "channel", "a", "last", "1").start()).isEqualTo(new Start.Last(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "channel;a..b;channel",
                "channel;;channel",
                "filter;type = ;filter",
                "cursor;garbage;cursor",
                "since;yesterday;since",
                "since;2026-11-24;since",
                "since;+292278995-01-01T00:00:00Z;since",
                "last;0;last",
                "last;10001;last",
                "last;many;last",
                "last;99999999999;last",
                "format;xml;format",
                "overflow;drop;overflow",
                "chanel;a;chanel",
                "token;secret;token",
                "access_token;secret;access_token"
            })
    void shouldRefuseAParameterByName(String name, @Nullable String value, String field) {
        refused(() -> of(null, "channel", "a", name, value == null ? "" : value), field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"filter", "cursor", "since", "last", "format", "overflow", "wait"})
    void shouldRefuseAParameterThatIsGivenTwice(String name) {
        refused(() -> of(null, "channel", "a", name, "1", name, "1"), name);
    }

    @Test
    void shouldRefuseABadLastEventIdByItsOwnName() {
        refused(() -> of("garbage", "channel", "a"), "Last-Event-ID");
    }

    @Test
    void shouldTakeOneToAHundredChannels() throws Rejected {
        var hundred = query();
        Collections.nCopies(100, "a").forEach(channel -> hundred.add("channel", channel));
        assertThat(SubscriptionSpec.ofQuery(hundred, Set.of(), null).channels()).hasSize(100);

        refused(() -> of(null), "channel");
        refused(() -> SubscriptionSpec.ofQuery(hundred.add("channel", "a"), Set.of(), null), "channel");
        refused(() -> json("{'channels':[]}"), "channels");
        refused(() -> SubscriptionSpec.ofProto(StreamRequest.getDefaultInstance()), "channels");
    }

    /** Kafka gives negative timestamps meanings of their own. */
    @Test
    void shouldTakeATimeBeforeTheEpochForTheEpoch() throws Rejected {
        assertThat(of(null, "channel", "a", "since", "1969-12-31T23:59:59.999Z").start())
                .isEqualTo(new Start.Since(Instant.EPOCH));
    }

    @Test
    void shouldReadEachMemberOfJson() throws Rejected {
        SubscriptionSpec spec = json("{'channels':['a','b.*'],'filters':[{'prefix':{'type':'x'}}],'cursor':'" + CURSOR
                + "','format':'cloudevents','overflow':'latest'}");

        assertThat(spec.channels()).containsExactly(new ChannelPattern("a"), new ChannelPattern("b.*"));
        assertThat(spec.filter()).isEqualTo(Filters.json("filters", tree("[{'prefix':{'type':'x'}}]")));
        assertThat(spec.start()).isEqualTo(new Start.After(CURSOR));
        assertThat(spec.form()).isEqualTo(Form.CLOUDEVENTS);
        assertThat(spec.overflow()).isEqualTo(dev.sluice.fanout.session.Overflow.LATEST);
        assertThat(json("{'channels':['a'],'last':10000}").start()).isEqualTo(new Start.Last(10_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{};channels",
                "{'channels':'a'};channels",
                "{'channels':['a',5]};channels[1]",
                "{'channels':['a','b..c']};channels[1]",
                "{'channels':['a'],'channel':'a'};channel",
                "{'channels':['a'],'filter':5};filter",
                "{'channels':['a'],'filters':{}};filters",
                "{'channels':['a'],'filters':[{'like':{}}]};filters[0].like",
                "{'channels':['a'],'cursor':'x'};cursor",
                "{'channels':['a'],'cursor':null};cursor",
                "{'channels':['a'],'since':0};since",
                "{'channels':['a'],'last':0};last",
                "{'channels':['a'],'last':1.5};last",
                "{'channels':['a'],'last':null};last",
                "{'channels':['a'],'format':'avro'};format",
                "{'channels':['a'],'overflow':true};overflow"
            })
    void shouldRefuseAMemberByName(String text, String field) {
        refused(() -> json(text), field);
    }

    @Test
    void shouldReadEachFieldOfTheProto() throws Rejected {
        var request = StreamRequest.newBuilder()
                .addChannels("a")
                .setFilter("type = 'x'")
                .addFilters(Filter.newBuilder().setSql("source = 'y'"))
                .setLast(3)
                .setOverflow(Overflow.OVERFLOW_LATEST)
                .build();
        SubscriptionSpec spec = SubscriptionSpec.ofProto(request);

        assertThat(spec.filter())
                .isEqualTo(Filters.sql("filter", "type = 'x'")
                        .and(new EventFilter.All(List.of(Filters.sql("filters[0].sql", "source = 'y'")))));
        assertThat(spec.start()).isEqualTo(new Start.Last(3));
        assertThat(spec.overflow()).isEqualTo(dev.sluice.fanout.session.Overflow.LATEST);
    }

    @Test
    void shouldRefuseAFieldOfTheProtoByName() {
        var good = StreamRequest.newBuilder().addChannels("a");
        refused(() -> SubscriptionSpec.ofProto(good.clone().addChannels("").build()), "channels[1]");
        refused(() -> SubscriptionSpec.ofProto(good.clone().setLast(-1).build()), "last");
        refused(() -> SubscriptionSpec.ofProto(good.clone().setOverflowValue(9).build()), "overflow");
        refused(() -> SubscriptionSpec.ofProto(good.clone().setSince("x").build()), "since");
        refused(
                () -> SubscriptionSpec.ofProto(
                        good.clone().addFilters(Filter.getDefaultInstance()).build()),
                "filters[0]");
    }

    @Test
    void shouldRefuseWhatTheTokenDoesNotAllowByItsPlace() throws Rejected {
        var caller = new Caller(
                new TokenRef("issuer", "alice", null, null, null),
                new Permissions(List.of(new ChannelPattern("a.*")), List.of(), EventFilter.EVERYTHING),
                null);

        of(null, "channel", "a.b").authorize(caller);
        assertThatThrownBy(() -> of(null, "channel", "a.b", "channel", "b").authorize(caller))
                .isInstanceOfSatisfying(Rejected.class, refusal -> assertThat(refusal.problem())
                        .isEqualTo(Problem.forbidden("channel", "the token does not allow to subscribe to 'b'")));
        assertThatThrownBy(() -> json("{'channels':['a.b','a.**']}").authorize(caller))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        refusal -> assertThat(refusal.problem().field()).isEqualTo("channels[1]"));
    }

    /** Polyfills of EventSource that can set no header (event-source-polyfill, React Native); a number against caches. */
    @Test
    void shouldTakeWhatClientLibrariesPutIntoAUrl() throws Rejected {
        String cursor = CURSOR.toString();

        assertThat(of(null, "channel", "a", "lastEventId", OTHER.toString(), "cursor", cursor, "_", "1764150000000")
                        .start())
                .isEqualTo(new Start.After(OTHER));
        assertThat(of(cursor, "channel", "a", "lastEventId", OTHER.toString()).start())
                .isEqualTo(new Start.After(CURSOR));
        assertThat(of("", "channel", "a", "lastEventId", "", "cursor", cursor).start())
                .isEqualTo(new Start.After(CURSOR));
        refused(() -> of(null, "channel", "a", "lastEventId", "garbage"), "lastEventId");
        refused(() -> of(null, "channel", "a", "lastEventId", cursor, "last", "0.5"), "last");
        refused(() -> of(cursor, "channel", "a", "since", "yesterday"), "since");
    }
}
