package dev.sluice.system.limit;

import dev.sluice.contract.problem.Limit;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A test that hits the limits, sees a clear refusal and that it is counted. {@link LimitsTest} looks for one for each. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.SOURCE)
public @interface Hits {
    Limit[] value();
}
