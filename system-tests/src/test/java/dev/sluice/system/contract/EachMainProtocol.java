package dev.sluice.system.contract;

import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * As {@link EachProtocol}; but what it shows has little to do with the form in which a protocol is spoken, so that each form is for the
 * Maven profile {@code full}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@ArgumentsSource(EachMainProtocol.Protocols.class)
@ExtendWith(SharedSluice.class)
@interface EachMainProtocol {

    /** Those of this run. */
    final class Protocols implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            var all = Boolean.getBoolean("sluice.full");
            return Arrays.stream(Protocol.values())
                    .filter(protocol -> all || Protocol.MAIN.contains(protocol))
                    .map(Arguments::of);
        }
    }
}
