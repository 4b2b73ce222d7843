package dev.sluice.local;

/**
 * The stack's broker. Its data outlive a stop or kill, and are there again after {@link Service#start()}.
 *
 * @param service its process
 */
public record KafkaBroker(Service service) {

    /** What clients are configured with: {@code 127.0.0.1:9092}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + service.port();
    }

    public void stop() {
        service.stop();
    }

    public void kill() {
        service.kill();
    }

    public void start() {
        service.start();
    }

    public void restart() {
        service.restart();
    }
}
