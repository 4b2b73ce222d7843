package dev.sluice.system.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.NewEvent;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("full")
@ExtendWith(SharedSluice.class)
class ReadBackIT {

    private static final int PATIENCE_SECONDS = 90;

    private final Sluice sluice;
    private final String channel = Sluice.unique("log.read-back");

    ReadBackIT(Sluice sluice) {
        this.sluice = sluice;
        sluice.producer()
                .cloudEvent(NewEvent.json(channel, "{\"order\":42}")
                        .id("read-back")
                        .source("/tests")
                        .type("order.shipped")
                        .attribute("subject", "gr%C3%BC%C3%9Fe%20%25")
                        .attribute("region", "eu"));
    }

    @Test
    void shouldBeCloudEventsForTheSdk() {
        var record = record();
        CloudEvent event;
        try (var deserializer = new CloudEventDeserializer()) {
            event = deserializer.deserialize(record.topic(), record.headers(), record.value());
        }
        assertThat(event.getSpecVersion().toString()).isEqualTo("1.0");
        assertThat(event.getId()).isEqualTo("read-back");
        assertThat(event.getSource()).hasToString("/tests");
        assertThat(event.getType()).isEqualTo("order.shipped");
        assertThat(event.getSubject()).isEqualTo("grüße %");
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        assertThat(event.getExtension("region")).isEqualTo("eu");
        assertThat(event.getExtension("channel")).isEqualTo(channel);
        assertThat(Objects.requireNonNull(event.getData()).toBytes())
                .isEqualTo("{\"order\":42}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldBePlainRecordsWithTheChannelAsKeyAndTheLogsTime() {
        var record = record();
        assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("{\"order\":42}");
        assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8))
                .isEqualTo("read-back");
        assertThat(new String(record.headers().lastHeader("content-type").value(), StandardCharsets.UTF_8))
                .isEqualTo("application/json");
    }

    @Test
    void shouldBeReadableForTheConsoleConsumer() throws Exception {
        var process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ConsoleConsumer.class.getName(),
                        "--bootstrap-server",
                        bootstrapServers(),
                        "--topic",
                        Topic.NAME,
                        "--from-beginning",
                        "--timeout-ms",
                        "5000",
                        "--property",
                        "print.key=true",
                        "--property",
                        "print.headers=true"))
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines().filter(line -> line.contains(channel)))
                .as(output)
                .singleElement()
                .asString()
                .contains("ce_id:read-back", "ce_type:order.shipped", channel, "{\"order\":42}");
    }

    private ConsumerRecord<String, byte[]> record() {
        var records = Topic.read(bootstrapServers(), record -> channel.equals(record.key()));
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private String bootstrapServers() {
        return sluice.stack().kafka().bootstrapServers();
    }
}
