package dev.sluice.local.size;

/**
 * How large the pods of one edge are to be, and how many.
 *
 * @param protocol sse, ws or grpc
 * @param replicas pods, one to spare included
 * @param connectionsPerPod when all pods are there
 * @param mostPerPod that a pod has room for: those of one that is away too, and a fifth besides
 * @param logMib of the log in memory
 * @param heapMib of a pod
 * @param directMib of a pod, at most
 * @param memoryMib limit of a pod
 * @param cores that deliveries take of a pod, half of it kept free
 * @param drainSeconds over which a pod lets its clients go
 */
public record Size(
        String protocol,
        int replicas,
        int connectionsPerPod,
        int mostPerPod,
        long logMib,
        long heapMib,
        long directMib,
        long memoryMib,
        double cores,
        int drainSeconds) {
    private static final double MIB = 1024.0 * 1024;

    /**
     * What there is to carry.
     *
     * @param connections of this protocol
     * @param events a second that are published
     * @param bytes of an event
     * @param receivers connections that an event reaches, of all protocols
     * @param share of all connections that this protocol has
     * @param perPod connections that a pod is to have
     * @param awaySeconds how long a client may be away without Kafka being read again for it
     */
    public record Load(
            int connections,
            double events,
            double bytes,
            double receivers,
            double share,
            int perPod,
            int awaySeconds) {}

    public static Size of(String protocol, Load load, Figures figures) {
        int carrying = (int) Math.max(1, Math.ceil((double) load.connections() / load.perPod()));
        int replicas = carrying + 1;
        int connectionsPerPod = (int) Math.ceil((double) load.connections() / replicas);
        int mostPerPod = (int) Math.ceil(1.2 * load.connections() / carrying);

        double event =
                figures.get("event.overhead-bytes") + load.bytes() * (1 + figures.get("event.forms-" + protocol));
        double log = Math.max(load.events() * load.awaySeconds() * event, 4 * MIB);
        double besides = figures.get("heap.own-mib") * MIB
                + figures.get("heap.log-weight") * log
                + figures.get("heap.cold-mib") * MIB;
        double each = figures.get("connection.heap-kib-" + protocol) * 1024;
        double heap = (besides + mostPerPod * each) / (figures.get("heap.usable-percent") / 100);
        double direct = 32 * MIB
                + mostPerPod
                        * figures.get("connection.stuck-share-percent")
                        / 100
                        * figures.get("connection.stuck-direct-kib")
                        * 1024;
        // Half of the limit is heap; the rest has to hold direct memory, code and threads.
        double memory = Math.max(2 * heap, heap + direct + figures.get("pod.besides-mib") * MIB);
        long memoryMib = roundUp(memory, 128);

        double deliveries = load.events() * load.receivers() * load.share() / carrying;
        double cores = deliveries / figures.get("deliveries.per-core-" + protocol) * 2;
        int drain = (int) Math.max(20, Math.ceil(mostPerPod / figures.get("drain.clients-per-second")));
        return new Size(
                protocol,
                replicas,
                connectionsPerPod,
                mostPerPod,
                roundUp(log, 1),
                memoryMib / 2,
                roundUp(direct, 1),
                memoryMib,
                cores,
                drain);
    }

    private static long roundUp(double bytes, int mib) {
        return (long) Math.ceil(bytes / MIB / mib) * mib;
    }
}
