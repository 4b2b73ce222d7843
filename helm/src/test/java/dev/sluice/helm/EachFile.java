package dev.sluice.helm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A test for each values file of {@code ci/} and each Kubernetes: takes the file's name and the version. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0} on {1}")
@MethodSource("dev.sluice.helm.EachFile$Source#filesAndVersions")
@interface EachFile {

    /** Where JUnit finds them. */
    final class Source {
        private Source() {}

        static Stream<Arguments> filesAndVersions() {
            return Chart.ciFiles().stream()
                    .flatMap(file -> Chart.KUBERNETES.stream().map(version -> Arguments.of(file, version)));
        }
    }
}
