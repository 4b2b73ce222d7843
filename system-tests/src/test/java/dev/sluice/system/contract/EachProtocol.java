package dev.sluice.system.contract;

import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The class is run for each {@link Protocol} and its forms, on the shared system. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@EnumSource(Protocol.class)
@ExtendWith(SharedSluice.class)
@interface EachProtocol {}
