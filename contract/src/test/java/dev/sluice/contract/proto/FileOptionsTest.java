package dev.sluice.contract.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.PublishRequest;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever generates code of the protos gets it where his language has it (buf's managed mode sets the same). */
class FileOptionsTest {
    static Stream<FileDescriptor> files() {
        return Stream.of(Notification.getDescriptor(), PublishRequest.getDescriptor())
                .map(message -> message.getFile());
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldNameThePackageOfEachLanguage(FileDescriptor file) {
        var options = file.getOptions();
        assertThat(options.getJavaPackage()).isEqualTo("dev.sluice.contract.v1");
        assertThat(options.getGoPackage()).endsWith("/sluice/v1;sluicev1");
        assertThat(options.getCsharpNamespace()).isEqualTo("Sluice.V1");
        assertThat(options.getSwiftPrefix()).isEqualTo("Sluice_V1_");
        assertThat(options.getObjcClassPrefix()).isEqualTo("SXX");
        assertThat(options.getPhpNamespace()).isEqualTo("Sluice\\V1");
        assertThat(options.getRubyPackage()).isEqualTo("Sluice::V1");
    }
}
