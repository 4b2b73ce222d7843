package dev.sluice.contract.filter;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import io.cloudevents.CloudEvent;
import io.cloudevents.sql.EvaluationException;
import io.cloudevents.sql.EvaluationRuntime;
import io.cloudevents.sql.Expression;
import io.cloudevents.sql.ParseException;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/**
 * A compiled CloudEvents SQL expression, equal by its text. Compile once per subscription: the parser is far dearer than an
 * evaluation.
 */
public final class SqlExpression {
    /** Longer than anyone writes by hand, short enough that parsing stays cheap. */
    public static final int MAX_LENGTH = 2_000;

    private final String text;
    private final Expression compiled;

    private SqlExpression(String text, Expression compiled) {
        this.text = text;
        this.compiled = compiled;
    }

    /** @throws Rejected {@code malformed} with the parser's own words and the place in the text */
    public static SqlExpression parse(String field, String text) throws Rejected {
        if (text.length() > MAX_LENGTH) {
            throw Problem.malformed(field, "an expression has at most " + MAX_LENGTH + " characters")
                    .beyond(Limit.FILTER)
                    .rejected();
        }
        try {
            return new SqlExpression(text, SqlParser.parse(text));
        } catch (ParseException | EvaluationException | ParseCancellationException wrong) {
            Problem problem = Problem.malformed(field, "no CloudEvents SQL expression: " + wrong.getMessage());
            throw (wrong instanceof SqlParser.TooDeep ? problem.beyond(Limit.FILTER) : problem).rejected();
        }
    }

    boolean isTrueFor(CloudEvent event) {
        var result = compiled.evaluate(EvaluationRuntime.getDefault(), event);
        return result.value() instanceof Boolean value && value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SqlExpression that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
