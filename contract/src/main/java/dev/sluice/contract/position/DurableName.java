package dev.sluice.contract.position;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.util.regex.Pattern;

/**
 * What an acknowledged subscription is found by again: a name that a user gave it. Two users may use the same name. Immutable.
 *
 * @param issuer of the user's tokens
 * @param subject the user, as that issuer calls it
 * @param name 1 to 100 letters, digits, {@code . _ -}
 */
public record DurableName(String issuer, String subject, String name) {
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    /**
     * @param field what to name in the refusal
     * @throws Rejected {@code malformed} when this is no name
     */
    public static DurableName of(String issuer, String subject, String field, String name) throws Rejected {
        requireLegal(field, name);
        return new DurableName(issuer, subject, name);
    }

    /** @throws Rejected {@code malformed} when this is no name */
    public static void requireLegal(String field, String name) throws Rejected {
        if (!LEGAL.matcher(name).matches()) {
            throw Problem.malformed(field, "a name has 1 to 100 characters, letters, digits and . _ -")
                    .rejected();
        }
    }
}
