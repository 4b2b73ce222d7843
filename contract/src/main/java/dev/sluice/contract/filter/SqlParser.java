package dev.sluice.contract.filter;

import io.cloudevents.CloudEvent;
import io.cloudevents.sql.EvaluationRuntime;
import io.cloudevents.sql.ExceptionFactory;
import io.cloudevents.sql.Expression;
import io.cloudevents.sql.generated.CESQLParserLexer;
import io.cloudevents.sql.generated.CESQLParserParser;
import io.cloudevents.sql.generated.CESQLParserParser.LikeExpressionContext;
import io.cloudevents.sql.impl.ExpressionInternal;
import io.cloudevents.sql.impl.expressions.LikeExpression;
import io.cloudevents.sql.impl.expressions.NotExpression;
import io.cloudevents.sql.impl.parser.CaseChangingCharStream;
import io.cloudevents.sql.impl.parser.ConstantFoldingExpressionVisitor;
import io.cloudevents.sql.impl.parser.ExpressionTranslatorVisitor;
import io.cloudevents.sql.impl.parser.LiteralUtils;
import io.cloudevents.sql.impl.runtime.EvaluationResult;
import io.cloudevents.sql.impl.runtime.ExpressionImpl;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The SDK's parser of CloudEvents SQL, put together once more of its parts, because as it comes it can be turned against us: its {@code LIKE} becomes a
 * regular expression that backtracks without end, {@code \E} in a pattern even lets anyone write one; nesting is bounded by the stack alone;
 * and what its lexer does not know goes to standard error and is skipped.
 */
final class SqlParser {
    /** Deep enough for anybody, and a small part of any stack. */
    private static final int MAX_DEPTH = 32;

    /** Evaluating it would take too much stack. */
    static final class TooDeep extends ParseCancellationException {
        private static final long serialVersionUID = 1L;

        TooDeep() {
            super("more than " + MAX_DEPTH + " nested brackets, NOT or -");
        }
    }

    private SqlParser() {}

    /** @throws RuntimeException of the SDK or ANTLR, whose message is for the author of the text */
    static Expression parse(String text) {
        var lexer = new CESQLParserLexer(new CaseChangingCharStream(CharStreams.fromString(text), true));
        lexer.removeErrorListeners();
        lexer.addErrorListener(Strict.INSTANCE);
        var tokens = new CommonTokenStream(lexer);
        tokens.fill();
        checkDepth(tokens);
        var parser = new CESQLParserParser(tokens);
        parser.removeErrorListeners();
        parser.addErrorListener(Strict.INSTANCE);
        return new ExpressionImpl(new Translator().visit(parser.cesql()).visit(new ConstantFoldingExpressionVisitor()));
    }

    /** Brackets and prefixes are all that nests; counting the prefixes all together is strict enough. */
    private static void checkDepth(CommonTokenStream tokens) {
        int depth = 0;
        int prefixes = 0;
        for (Token token : tokens.getTokens()) {
            switch (token.getType()) {
                case CESQLParserLexer.LR_BRACKET -> depth++;
                case CESQLParserLexer.RR_BRACKET -> depth--;
                case CESQLParserLexer.NOT, CESQLParserLexer.MINUS -> prefixes++;
                default -> {
                    continue;
                }
            }
            if (depth > MAX_DEPTH || prefixes > MAX_DEPTH) {
                throw new TooDeep();
            }
        }
    }

    private static final class Strict extends BaseErrorListener {
        static final Strict INSTANCE = new Strict();

        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                @Nullable Object symbol,
                int line,
                int column,
                String message,
                @Nullable RecognitionException why) {
            throw new ParseCancellationException(message + " (line " + line + ", column " + (column + 1) + ")");
        }
    }

    private static final class Translator extends ExpressionTranslatorVisitor {
        @Override
        public ExpressionInternal visitLikeExpression(LikeExpressionContext like) {
            var literal = like.stringLiteral();
            String pattern = literal.DQUOTED_STRING_LITERAL() == null
                    ? LiteralUtils.parseSQuotedStringLiteral(literal.SQUOTED_STRING_LITERAL())
                    : LiteralUtils.parseDQuotedStringLiteral(literal.DQUOTED_STRING_LITERAL());
            var expression = new Like(like, visit(like.expression()), pattern);
            return like.NOT() == null
                    ? expression
                    : new NotExpression(like.getSourceInterval(), like.getText(), expression);
        }
    }

    private static final class Like extends LikeExpression {
        private final ExpressionInternal left;
        private final LikePattern pattern;

        Like(LikeExpressionContext context, ExpressionInternal left, String pattern) {
            super(context.getSourceInterval(), context.getText(), left, "");
            this.left = left;
            this.pattern = new LikePattern(pattern);
        }

        @Override
        public EvaluationResult evaluate(EvaluationRuntime runtime, CloudEvent event, ExceptionFactory failures) {
            EvaluationResult value = castToString(failures, left.evaluate(runtime, event, failures));
            return value.copyWithValue(pattern.matches((String) value.value()));
        }
    }
}
