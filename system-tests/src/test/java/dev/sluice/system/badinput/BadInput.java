package dev.sluice.system.badinput;

import dev.sluice.system.stack.SharedSluice;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** A class of bad requests to the shared system, watched by {@link Bystanders}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({SharedSluice.class, Bystanders.class})
@interface BadInput {}
