package dev.sluice.images;

import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Main class behind {@code ./mvnw package -Pimages}. Arguments: the repository, the base image, platforms as {@code linux/amd64}
 * separated by commas, the tag, the folder for the tars and the bills of materials, the home of the base's JVM or {@value #NONE}.
 */
public final class ImagesMain {
    private static final List<String> SERVICES = List.of("publisher-service", "sse-edge", "ws-edge", "grpc-edge");

    /** No JVM: the images have no AOT cache. */
    static final String NONE = "none";

    private ImagesMain() {}

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        String base = args[1];
        String tag = args[3];
        for (String service : SERVICES) {
            var image = new ServiceImage(service, root.resolve(service).resolve("target/quarkus-app"), null);
            Path bill = Path.of(args[4], "%s-%s.cdx.json".formatted(service, tag));
            Files.createDirectories(bill.toAbsolutePath().getParent());
            Files.copy(image.billOfMaterials(), bill, StandardCopyOption.REPLACE_EXISTING);
            System.out.println("bill of materials " + bill.normalize());
            for (String platform : args[2].split(",", -1)) {
                String[] parts = platform.split("/", 2);
                Path tar = Path.of(args[4], "%s-%s-%s.tar".formatted(service, tag, platform.replace('/', '-')));
                boolean train = !args[5].equals(NONE) && Training.isFor(parts[0], parts[1]);
                ServiceImage its = train ? image.trained(Path.of(args[5]), Path.of(args[4])) : image;
                its.write(base, new Platform(parts[1], parts[0]), tag, tar);
                System.out.println("image " + tar.normalize() + (train ? ", with an AOT cache" : ""));
            }
        }
    }
}
